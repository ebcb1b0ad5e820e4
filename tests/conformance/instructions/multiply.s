; `mul` gives the low half of a product, `mulh` and `mulhu` the high half.
; conformance instructions
; r5 = 0x2236d88fe5618cf0
; r6 = 0xfffeb49923cc0953
; r7 = 0x121fa00ad77d742
; r8 = 1
; r9 = 0
; r10 = -2
; r11 = 0
; r12 = 0x4000000000000000
; r13 = 0x4000000000000000
; r14 = -1
; r15 = 0
; r16 = 0
; r17 = 0x7fffffffffffffff

        .include "../include/start.s"
        .text
main:   li      r1, 0xfedcba9876543210
        li      r2, 0x123456789abcdef
        mul     r5, r1, r2
        mulh    r6, r1, r2
        mulhu   r7, r1, r2
        li      r1, -1
        li      r2, -1
        mul     r8, r1, r2
        mulh    r9, r1, r2
        mulhu   r10, r1, r2
        li      r1, 0x8000000000000000
        li      r2, 0x8000000000000000
        mul     r11, r1, r2
        mulh    r12, r1, r2
        mulhu   r13, r1, r2
        li      r2, 1
        mulh    r14, r1, r2
        mulhu   r15, r1, r2
        li      r2, -1
        mulh    r16, r1, r2
        mulhu   r17, r1, r2
        trap    done
