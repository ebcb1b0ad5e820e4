; A copy to an overlapping place further up goes from the end, keeps the tags, and leaves the
; cursors.
; conformance 4
; r3 = 0
; r5 = 511
; c1 = wide[0x10..0x2000] rwlsm ring 4 cursor 0x10
; c2 = wide[0x0..0x2000] rwlsm ring 4 cursor 0

        .include "../include/start.s"
        .segment wide, rw, hold, length(8192)
wide:   .space  8192

        .text
main:   la      c2, wide
        li      r1, 0
mark:   cadd    c3, c2, r1
        stc     c3, [c3]                ; each granule points to itself
        add     r1, r1, 16
        li      r2, 8192
        bltu    r1, r2, mark

        cadd    c1, c2, 16
        li      r3, 8192 - 16
        cbound  c1, c1, r3
        copy    c1, c2, r3

        li      r1, 16                  ; and now to its neighbour
        li      r5, 0
look:   ldc     c3, [c2 + r1]
        cadd    c4, c2, r1 - 16
        csame   r4, c3, c4
        add     r5, r5, r4
        add     r1, r1, 16
        bltu    r1, r2, look
        trap    done
