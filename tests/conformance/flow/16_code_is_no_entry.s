; A plain capability to code is jumped to, and neither called nor returned through; a call of the
; same text needs none.
; conformance 16
; trap seal through c1 at there+0 ring 4 call 8
; trap seal through c1 at there+0 ring 4 return 8
; r5 = 2

        .include "../include/start.s"
        .text
main:   cpc     c1, there
        li      r5, 1
        callc   c1
        ret     c1
        jmpc    c1
        trap    wrong
there:  add     r5, r5, 1
        trap    done
