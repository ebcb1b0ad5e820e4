main:   nop
        .byte 1
        ret
        nop
        .align 3
        .align 8192
        .align 0
        .align -8
