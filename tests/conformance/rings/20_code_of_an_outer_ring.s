; Code that an outer ring vouches for is neither called nor jumped to: called and jumped to in the
; same ring must be of exactly that ring.
; conformance 20
; trap ring through c1 at shared+0 ring 4 jump 8
; trap ring through c2 at shared+0 ring 4 call 8
; r5 = 1

        .include "../include/start.s"
        .segment everywhere, rx, rings(0, 7, 7)
shared: add     r5, r5, 1
        ret     c7

        .segment kernel
main:   li      r5, 0
        li      r1, shared
        li      r2, reads | executes | 16 << limit_shift
        mint    c3, r1, r2
        cring   c1, c3, 4
        centry  c2, c1
        jmpc    c1
        callc   c2
        centry  c3, c3                  ; the same of ring 0
        callc   c3
        trap    done
