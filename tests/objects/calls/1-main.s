; Calls, constants and data of another file; each answers 42.
        .export main
        .extern double
        .proc   main
        .save   r16
        enter
        li      r1, START
        call    double
        sub     r1, r1, LIMIT + 1
        la      c1, table + 8
        ld      r2, [c1 + FIELD]
        add     r1, r1, r2
        .if     r1 != ANSWER
        li      r1, 1
        .endif
        return
        .endproc
        .data
mine:   .byte   1, 2, 3                         ; what follows in the other file has its own alignment
