; What an inner ring leaves of its returns and entries, in a register or in memory, leads nowhere:
; all of it is of the outer ring.
; conformance 21
; trap ring through c1 at inside+0 ring 4 return 8
; trap ring through c8 at inside+0 ring 4 return 8
; trap gate through c9 at inside+0 ring 4 call 8
; trap ring through c2 at inside+0 ring 4 return 8
; trap gate through c3 at inside+0 ring 4 call 8
; r5 = 1

        .include "../include/start.s"
        .segment shared, rw, hold, rings(4, 4, 4)
shared: .space  32

        .segment inner, rx, rings(1, 1, 4)
        .gate   ask, answer
answer: cpc     c8, inside
        creturn c8, c8
        cmov    c1, c8                  ; a result
        stc     c8, [c10]
        cpc     c9, inside
        centry  c9, c9
        stc     c9, [c10 + 16]
        ret     c7
inside: trap    wrong

        .text
main:   la      c10, shared
        la      c2, ask
        callc   c2
        ldc     c2, [c10]
        ldc     c3, [c10 + 16]
        li      r5, 1
        ret     c1
        ret     c8
        callc   c9
        ret     c2
        callc   c3
        trap    done
