; A return in the same ring changes nothing but the program counter.
; conformance 21
; r5 = 7
; kept r1..r4 r6..r31 c1..c6 c8..c15

        .include "../include/start.s"
        .text
main:   call    there
        trap    done
there:  li      r5, 7
        ret     c7
