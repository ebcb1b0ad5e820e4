main:   nop
main:   nop
        .equ size, 4
        .equ size, 5
        .proc work, a: r1, a: r2
again:  nop
again:  nop
        .local again, 8
        .alias b: r3, b: r4
        ret
        .endproc
work:   ret
