        .export two
        .proc   two
        .data
here:   .byte   22
        .text
        la      c1, here
        ldb     r1, [c1]
loop:   ret
        .endproc
help:   j       help
