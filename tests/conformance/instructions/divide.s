; Signed division rounds towards zero and the remainder has the sign of the dividend; unsigned
; division has no signs.
; conformance instructions
; r5 = -3
; r6 = -1
; r7 = 0x7ffffffffffffffc
; r8 = 1
; r9 = -3
; r10 = 1
; r11 = 0
; r12 = 7
; r13 = 3
; r14 = -1
; r15 = -1
; r16 = -1
; r17 = 224
; r18 = 240
; r19 = 0x8000000000000000
; r20 = 0
; r21 = 0
; r22 = 0x8000000000000000

        .include "../include/start.s"
        .text
main:   li      r1, -7
        li      r2, 2
        div     r5, r1, r2
        rem     r6, r1, r2
        divu    r7, r1, r2
        remu    r8, r1, r2
        li      r1, 7
        li      r2, -2
        div     r9, r1, r2
        rem     r10, r1, r2
        divu    r11, r1, r2
        remu    r12, r1, r2
        li      r1, -7
        div     r13, r1, r2
        rem     r14, r1, r2
        li      r1, 0xfedcba9876543210
        li      r2, 0x123456789abcdef
        div     r15, r1, r2
        rem     r16, r1, r2
        divu    r17, r1, r2
        remu    r18, r1, r2
        li      r1, 0x8000000000000000
        li      r2, -1
        div     r19, r1, r2
        rem     r20, r1, r2
        divu    r21, r1, r2
        remu    r22, r1, r2
        trap    done
