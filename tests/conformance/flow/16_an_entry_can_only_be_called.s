; An entry capability is called, and every other use of it traps.
; conformance 16
; trap seal through c1 at first+0 ring 4 read 8
; trap seal+permission+mode through c1 at first+0 ring 4 write 8
; trap seal through c1 at first+0 ring 4 read 16
; trap seal through c1 at first+0 ring 4 jump 8
; trap seal through c1 at first+0 ring 4 return 8
; trap seal through c1 at first+8 ring 4
; trap seal through c1 at first+0 ring 4
; trap seal through c1 at first+0 ring 4 none 8
; trap seal through c1 at first+0 ring 4
; trap seal through c1 at first+0 ring 4
; trap seal through c1 at first+0 ring 4
; trap seal through c1 at first+0 ring 4
; trap seal through c1 at first+0 ring 4
; r5 = 42
; r6 = checks seal
; kept c8

        .include "../include/start.s"
        .text
first:  li      r5, 42
        ret
main:   la      c1, first
        ld      r1, [c1]
        st      r1, [c1]
        ldc     c8, [c1]
        jmpc    c1
        ret     c1
        cadd    c8, c1, 8
        cseek   c8, c1, 0
        cbound  c8, c1, 8
        cperm   c8, c1, 1
        cring   c8, c1, 5
        centry  c8, c1
        creturn c8, c1
        cuntag  c2, c1
        cbuild  c8, c1, c2
        li      r1, 8
        probe   r6, c1, r1, read
        callc   c1
        trap    done
