; No movement of the cursor reaches the segment number: the difference of two cursors of a segment
; is plain.
; conformance 10
; r5 = 0xffffffff
; r6 = address data
; r7 = -0xffffffff
; r8 = address data+0xffffffff

        .include "../include/start.s"
        .segment data, rw
object: .space  16

        .text
main:   la      c1, object
        li      r1, 0xffffffff
        cadd    c2, c1, r1
        csub    r5, c2, c1
        cget    r6, c1, address
        csub    r7, c1, c2
        cget    r8, c2, address
        trap    done
