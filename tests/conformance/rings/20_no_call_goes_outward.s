; There is no outward call, to a gate or to anything else.
; conformance 20
; trap ring through c1 at ask+0 ring 4 call 8
; trap ring through c2 at ask+0 ring 0 call 8
; trap ring through c3 at code+0 ring 0 call 8
; r5 = 1

        .include "../include/start.s"
        .segment outer, rx, rings(4, 4, 7)
        .gate   ask, code
code:   ret     c7

        .segment kernel
main:   la      c2, ask
        la      c3, code
        li      r1, ask + entry_kind + ring4
        li      r2, reads | executes | everything
        mint    c1, r1, r2
        li      r5, 1
        callc   c1
        callc   c2
        callc   c3
        trap    done
