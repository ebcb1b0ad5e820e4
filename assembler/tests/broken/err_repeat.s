main:   ret
        .repeat
        .endr
        .repeat -1
        .endr
        .repeat main
        .endr
        .repeat 2, 3
        .endr
        .repeat 1 / 0
        .endr
        .repeat 3
        li   r1, lost               ; said once
        .endr
        .repeat 2, i
        li   r\i, lost
        .endr
        .endr
        .repeat 2
