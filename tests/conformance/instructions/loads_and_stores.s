; Loads of bytes, halves and words extend by zeros or by the sign, stores take the low bytes; data
; is little-endian and needs no alignment.
; conformance instructions
; r5 = 0x88
; r6 = 0xffffffffffffff88
; r7 = 0x9988
; r8 = 0xffffffffffff9988
; r9 = 0xbbaa9988
; r10 = 0xffffffffbbaa9988
; r11 = 0xffeeddccbbaa9988
; r12 = 0xddccbbaa
; r13 = 0x8800
; r14 = 0x0706050403020100
; memory to = 11 22 11 44 33 22 11 00 88 77 66 55 44 33 22 11
; memory to+21 = 88 77 66 55 44 33 22 11 00

        .include "../include/start.s"
        .data
from:   .byte   0x00, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff
count:  .byte   0, 1, 2, 3, 4, 5, 6, 7
        .align  16
to:     .space  32

        .text
main:   la      c1, from
        ldb     r5, [c1 + 1]
        ldsb    r6, [c1 + 1]
        ldh     r7, [c1 + 1]
        ldsh    r8, [c1 + 1]
        ldw     r9, [c1 + 1]
        ldsw    r10, [c1 + 1]
        ld      r11, [c1 + 1]
        ldsw    r12, [c1 + 3]
        zxw     r12, r12
        ldsh    r13, [c1]
        zxw     r13, r13
        li      r1, 0xffff
        and     r13, r13, r1
        la      c2, count
        ld      r14, [c2]
        la      c3, to
        li      r1, 0x1122334455667788
        shr     r2, r1, 32              ; 0x11223344
        sth     r2, [c3 + 3]
        stw     r2, [c3 + 3]
        shr     r3, r1, 48
        sth     r3, [c3 + 1]
        shr     r3, r1, 56
        stb     r3, [c3 + 2]
        stb     r3, [c3]
        shr     r3, r1, 48
        stb     r3, [c3 + 1]
        st      r1, [c3 + 8]
        st      r1, [c3 + 21]
        trap    done
