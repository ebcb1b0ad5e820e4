; `sel` and `selc` choose by whether a word is zero; `cmov` copies with the tag.
; conformance instructions
; r5 = 11
; r6 = 22
; c1 = data[0x0..0x10] rw ring 4 cursor 0
; c2 = null
; c3 = data[0x0..0x10] rw ring 4 cursor 0

        .include "../include/start.s"
        .segment data, rw
object: .space  16

        .text
main:   li      r1, 11
        li      r2, 22
        li      r3, 1 << 63
        sel     r5, r3, r1, r2
        sel     r6, r0, r1, r2
        la      c4, object
        cmov    c1, c4
        cmov    c5, c0
        selc    c2, r3, c5, c4
        selc    c3, r0, c5, c4
        trap    done
