; The place of an access is computed with all its bits: no distance is so large that it leads back
; to the object.
; conformance 10
; trap bounds through c1 at data+0x100000000 ring 4 read 1
; trap bounds through c1 at data+0x7fffffffffffffff ring 4 read 1
; trap bounds through c1 at data-0x8000000000000000 ring 4 write 8
; trap bounds+alignment through c1 at data+0x7fffffffffffffff ring 4 store_capability 16
; trap bounds through c1 at data-1 ring 4 read 2
; trap bounds through c2 at data+0x1fffffffe ring 4 read 1
; kept r1
; r5 = 0x55

        .include "../include/start.s"
        .segment data, rw, hold
object: .byte   0x55
        .space  31

        .text
main:   la      c1, object
        li      r2, 1 << 32
        ldb     r1, [c1 + r2]
        li      r2, 1 << 60
        ldb     r1, [c1 + r2 << 4]      ; 2^64
        neg     r2, r2
        st      r1, [c1 + r2 << 4 + 16]
        li      r2, ~(1 << 63)
        cadd    c2, c1, 16
        stc     c2, [c1 + r2 + 1]
        ldh     r1, [c1 - 1]
        li      r2, 0xffffffff
        cadd    c2, c1, r2
        ldb     r1, [c2 + r2]
        li      r2, -16
        cadd    c2, c1, 16
        ldb     r5, [c2 + r2]           ; a negative distance is one all the same
        trap    done
