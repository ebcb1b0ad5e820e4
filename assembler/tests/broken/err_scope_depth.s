main:   ret
        .repeat 65
        .scope
        .endr
        .repeat 65
        .endscope
        .endr
