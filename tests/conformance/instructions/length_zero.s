; A block operation of length 0 is one step that looks at nothing.
; conformance instructions
; r5 = 1
; kept c1 c2 c3

        .include "../include/start.s"
        .segment kernel
main:   clock   r5
        copy    c1, c2, r0
        fill    c1, r1, r0
        cmpb    c1, c2, r0
        relabel c1, r1, r0
        lend    c1, r0
        reclaim c1, r0
        clock   r6
        sub     r5, r6, r5
        seq     r5, r5, 7
        trap    done
