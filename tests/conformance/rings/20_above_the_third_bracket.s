; A ring above r3 calls no gate, nor does one below it through a capability of such a ring.
; conformance 20
; trap ring through c8 at ask+0 ring 5 call 8
; trap ring through c9 at ask+0 ring 7 call 8
; trap ring+gate through c10 at past+0 ring 5 call 8
; r5 = 5
; r1 = 7

        .include "../include/start.s"
        .segment inner, rx, rings(1, 1, 4)
        .gate   ask, answer
past:
answer: li      r1, 7
        ret     c7

        .segment kernel
main:   li      r2, reads | executes | everything
        li      r1, ask + entry_kind
        mint    c8, r1, r2
        li      r1, ask + entry_kind + ring7
        mint    c9, r1, r2
        li      r1, past + entry_kind
        mint    c10, r1, r2
        la      c11, back_to_4
        li      r1, outer + ring5
        call    descend

        .segment outermost, rx, rings(5, 5, 5)
outer:  callc   c8
        callc   c9
        callc   c10
        callc   c11                     ; by ring 0 to ring 4

        .segment service, rx, rings(0, 0, 7)
        .gate   back_to_4, back
back:   li      r1, in_4 + ring4 + return_kind
        li      r2, reads | executes | everything
        mint    c7, r1, r2
        li      r1, ask + entry_kind + ring4
        mint    c8, r1, r2
        ret     c7

        .text
in_4:   callc   c8
        li      r5, 5
        trap    done
