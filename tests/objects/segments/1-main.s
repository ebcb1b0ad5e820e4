; Segments that several files go on in, and numbers of each kind of place.
        .segment words, rw, hold, label(3), length(64)
first:  .dword  second, first + 2, segment(words), length(words)
        .half   offset(second), length(second), length(first)
        .text
        .proc   main
        la      c1, second
        ld      r1, [c1]
        li      r2, second
        bne     r1, r2, wrong
        li      r1, segment(words)
        li      r2, segment(second)
        bne     r1, r2, wrong
        la      c1, first
        ldh     r1, [c1 + 32]
        li      r2, offset(second)
        bne     r1, r2, wrong
        la      c2, words
        li      r1, length(second)
        ldb     r1, [c2 + r2 + 8]
        ret
wrong:  li      r1, 1
        ret
        .endproc
        .segment alone, r, number(700)
        .byte   7
