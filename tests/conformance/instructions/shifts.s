; Shifts and rotations go by the low six bits of the second operand.
; conformance instructions
; r5 = 0xedcba98765432100
; r6 = 0xfedcba987654321
; r7 = 0xffedcba987654321
; r8 = 0xedcba9876543210f
; r9 = 0xfedcba9876543210
; r10 = -1
; r11 = 1
; r12 = 0
; r13 = 0x7f6e5d4c3b2a1908
; r14 = 0xfedcba9876543210
; r15 = 0x7f6e5d4c3b2a1908
; r16 = -1
; r17 = 0xfedcba987654321
; r18 = 0x123456789abcd

        .include "../include/start.s"
        .text
main:   li      r1, 0xfedcba9876543210
        li      r2, 4
        shl     r5, r1, r2
        shr     r6, r1, r2
        sar     r7, r1, r2
        rotl    r8, r1, r2
        li      r2, 0
        shl     r9, r1, r2
        li      r2, 63
        sar     r10, r1, r2
        shr     r11, r1, r2
        shl     r12, r1, r2
        rotl    r13, r1, r2
        li      r2, 64
        shl     r14, r1, r2
        li      r2, 65
        shr     r15, r1, r2
        li      r2, -1
        sar     r16, r1, r2
        li      r2, -4
        rotl    r17, r1, r2
        li      r1, 0x123456789abcdef
        li      r2, 0
        sar     r18, r1, 8
        trap    done
