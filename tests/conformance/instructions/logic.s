; Bitwise and, or, exclusive or; with -1 the last inverts.
; conformance instructions
; r5 = 0
; r6 = -1
; r7 = -1
; r8 = 0xfedcba9876543210
; r9 = 0xfedcba987654321f
; r10 = 0x123456789abcdef
; r11 = 16
; r12 = 0x123456789abcdef
; r13 = 0x123456789abcdf0

        .include "../include/start.s"
        .text
main:   li      r1, 0xfedcba9876543210
        li      r2, 0x123456789abcdef
        and     r5, r1, r2
        or      r6, r1, r2
        xor     r7, r1, r2
        and     r8, r1, -16
        or      r9, r1, 15
        xor     r10, r1, -1
        and     r11, r1, 0xff
        not     r12, r1
        neg     r13, r1
        trap    done
