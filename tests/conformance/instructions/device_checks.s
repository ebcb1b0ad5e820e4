; Device and buffer are checked by the rule of access, the device first, the buffer at the cursor
; and for what will be moved, before the device acts.
; conformance instructions
; given input "abc"
; trap tag through c8 at 0 ring 4 output 0
; trap device through c6 at page+0 ring 4 output 0
; trap permission through c9 at console+0 ring 4 output 0
; trap ring through c10 at console+0 ring 5 output 0
; trap bounds through c11 at console+1 ring 4 output 0
; trap device through c12 at device9+0 ring 4 input 0
; trap bounds through c5 at page+4108 ring 4 write 8
; trap permission through c4 at page+0 ring 4 write 3
; trap permission through c3 at page+0 ring 4 read 3
; console ""
; r1 = 4096
; r2 = 3
; memory page = 61 62 63 00

        .include "../include/start.s"
        .segment page_segment, rw
page:   .space  4096
        .space  16

        .text
main:   la      c1, console
        la      c2, date
        la      c6, page
        li      r1, 3
        cmov    c8, c0
        io      r1, c8, c6, write
        io      r1, c6, c6, write
        cperm   c9, c1, permission.read
        io      r1, c9, c6, write
        cring   c10, c1, 5
        io      r1, c10, c6, write
        cadd    c11, c1, 1
        io      r1, c11, c6, write
        la      c12, device9
        io      r1, c12, c6, read       ; an empty slot
        li      r2, 4108
        cadd    c5, c6, r2
        li      r2, 3
        io      r2, c2, c5, read        ; eight bytes, whatever is asked for
        cperm   c4, c6, permission.read
        io      r2, c1, c4, read
        cperm   c3, c6, permission.write
        io      r2, c1, c3, write
        io      r2, c1, c6, read        ; what was not read before is still there
        la      c12, entropy
        li      r1, 5000
        cadd    c5, c6, 16
        io      r1, c12, c5, read       ; at most 4096 at a time
        trap    done
