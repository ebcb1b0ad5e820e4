; A return leads only where its ring may execute, and not past the segment or between instructions.
; conformance 21
; trap ring through c1 at text+0 ring 5 return 8
; trap alignment through c2 at text+4 ring 4 return 8
; trap bounds through c3 at text+0x1000 ring 4 return 8
; trap permission+seal+mode through c4 at data+0 ring 4 return 8
; trap tag through c5 at text+0 ring 4 return 8
; r5 = 1

        .include "../include/start.s"
        .data
object: .space  16
        .text
start_of_text:
        nop
main:   li      r5, 1
        cpc     c6, start_of_text
        cring   c1, c6, 5
        creturn c1, c1
        ret     c1
        cadd    c2, c6, 4
        creturn c2, c2
        ret     c2
        li      r1, 0x1000
        cadd    c3, c6, r1
        creturn c3, c3
        ret     c3
        la      c4, object
        ret     c4
        creturn c5, c6
        cuntag  c5, c5
        ret     c5
        trap    done
