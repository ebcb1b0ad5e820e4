; A return capability is returned through, and every other use of it traps.
; conformance 16
; trap seal through c7 at behind+0 ring 4 read 8
; trap seal+permission+mode through c7 at behind+0 ring 4 write 8
; trap seal through c7 at behind+0 ring 4 jump 8
; trap seal through c7 at behind+0 ring 4 call 8
; trap seal through c7 at behind-8 ring 4
; trap seal through c7 at behind+0 ring 4 none 8
; trap seal through c7 at behind+0 ring 4
; trap seal through c7 at behind+0 ring 4
; r5 = 1
; kept c8

        .include "../include/start.s"
        .text
abuse:  ld      r1, [c7]
        st      r1, [c7]
        jmpc    c7
        callc   c8, c7
        cadd    c8, c7, -8
        cbound  c8, c7, 8
        creturn c8, c7
        centry  c8, c7
        ret     c7
main:   li      r5, 0
        call    abuse
behind:   add     r5, r5, 1
        trap    done
