main:   add  r1, r2
        nop  r1
        mov  r1
        ldc  c1, [c2], 3
        ret  c7, c8
        li   r1
        .align
        .equ one
        ret
