; What rings are told of the stack pointers of all rings: a gate of ring 0.
;
; `note_stacks`: with r1 = 0 it notes them all; with r1 = 1 it compares them all
; with what it noted, and r1 is the number of those that are the same.

        .segment noted, rw, hold, rings(0, 0, 0)
noted:  .space  8 * 16

        .segment watch, rx, rings(0, 0, 7)
        .gate   note_stacks, note
note:   la      c1, noted
        mov     r2, r1
        li      r1, 0
        getbank c2, 0
        bnez    r2, compare0
        stc     c2, [c1 + 16 * 0]
compare0:
        ldc     c3, [c1 + 16 * 0]
        csame   r3, c2, c3
        add     r1, r1, r3
        getbank c2, 1
        bnez    r2, compare1
        stc     c2, [c1 + 16 * 1]
compare1:
        ldc     c3, [c1 + 16 * 1]
        csame   r3, c2, c3
        add     r1, r1, r3
        getbank c2, 2
        bnez    r2, compare2
        stc     c2, [c1 + 16 * 2]
compare2:
        ldc     c3, [c1 + 16 * 2]
        csame   r3, c2, c3
        add     r1, r1, r3
        getbank c2, 3
        bnez    r2, compare3
        stc     c2, [c1 + 16 * 3]
compare3:
        ldc     c3, [c1 + 16 * 3]
        csame   r3, c2, c3
        add     r1, r1, r3
        getbank c2, 4
        bnez    r2, compare4
        stc     c2, [c1 + 16 * 4]
compare4:
        ldc     c3, [c1 + 16 * 4]
        csame   r3, c2, c3
        add     r1, r1, r3
        getbank c2, 5
        bnez    r2, compare5
        stc     c2, [c1 + 16 * 5]
compare5:
        ldc     c3, [c1 + 16 * 5]
        csame   r3, c2, c3
        add     r1, r1, r3
        getbank c2, 6
        bnez    r2, compare6
        stc     c2, [c1 + 16 * 6]
compare6:
        ldc     c3, [c1 + 16 * 6]
        csame   r3, c2, c3
        add     r1, r1, r3
        getbank c2, 7
        bnez    r2, compare7
        stc     c2, [c1 + 16 * 7]
compare7:
        ldc     c3, [c1 + 16 * 7]
        csame   r3, c2, c3
        add     r1, r1, r3
        ret     c7
