; A jump, even to a gate, leads into no segment that the ring does not execute: neither inward nor
; outward.
; conformance 20
; trap seal+ring through c1 at ask+0 ring 4 jump 8
; trap ring through c8 at ask+0 ring 4 jump 8
; trap ring through c9 at beyond+0 ring 4 jump 8
; r5 = 2

        .include "../include/start.s"
        .segment inner, rx, rings(1, 1, 4)
        .gate   ask, answer
answer: ret     c7
        .segment outermost, rx, rings(5, 5, 5)
beyond: ret     c7
        .segment everywhere, rx, rings(0, 7, 7)
there:  add     r5, r5, 1
        j       here

        .segment kernel
main:   li      r2, reads | executes | 8 << limit_shift
        li      r1, ask
        mint    c8, r1, r2
        li      r1, beyond
        mint    c9, r1, r2
        li      r1, there
        li      r2, reads | executes | everything
        mint    c10, r1, r2
        li      r1, outer + ring4
        call    descend

        .text
outer:  li      r5, 1
        la      c1, ask                 ; an entry
        jmpc    c1
        jmpc    c8
        jmpc    c9
        jmpc    c10
        .segment everywhere
here:   trap    done
