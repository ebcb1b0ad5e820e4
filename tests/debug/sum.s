; Adds the words of a table, and goes one too far.

        .text
        .proc   main
        .save   r16
        enter
        la      c1, table
        li      r1, 3
        cbound  c3, c1, r1 << 3
        call    sum
        mov     r1, r16
        return
        .endproc

        .proc   sum, table: c3
        enter
        mov     r16, r0
        mov     r2, r0
again:  ld      r3, [table + r2 << 3]
        add     r16, r16, r3
        add     r2, r2, 1
        blt     r2, 4, again
        return
        .endproc

        .data
table:  .dword  1, 2, 3, 4
