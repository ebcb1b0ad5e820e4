; Sorts sixty numbers by insertion, and gives the one in the middle.
        .equ    COUNT, 60
        .text
        .proc   main
        la      c1, numbers
        li      r1, 0
        li      r2, 12345
        .while  r1 < COUNT
        mul     r2, r2, 1103515245
        add     r2, r2, 12345
        shr     r3, r2, 16
        and     r3, r3, 0x3ff
        st      r3, [c1 + r1 << 3]
        add     r1, r1, 1
        .endw
        li      r1, 1
        .while  r1 < COUNT
        ld      r2, [c1 + r1 << 3]
        mov     r3, r1
        .while  r3
        ld      r4, [c1 + r3 << 3 - 8]
        bge     r2, r4, placed
        st      r4, [c1 + r3 << 3]
        sub     r3, r3, 1
        .endw
placed: st      r2, [c1 + r3 << 3]
        add     r1, r1, 1
        .endw
        ld      r1, [c1 + 8 * COUNT / 2]
        and     r1, r1, 63
        ret
        .endproc

        .data
numbers: .space 8 * COUNT
