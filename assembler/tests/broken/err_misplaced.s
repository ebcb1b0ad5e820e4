main:   ret
        .alias a: r1
        .save r16
        .local x, 8
        enter
        leave
        return
        .endproc
        .stack 4096
        .stack 8192
        .stack
