; Prints what a terminal would act on.

        .text
        .proc   main
        la      c1, text
        cget    r1, c1, length
        io      r1, c2, c1, write
        li      r1, 0
        ret
        .endproc

        .rodata
text:   .ascii  "it's \"quoted\", and\ta tab\n"
