; Comparisons give 1 or 0, signed or unsigned.
; conformance instructions
; r5 = 1
; r6 = 0
; r7 = 0
; r8 = 1
; r9 = 0
; r10 = 0
; r11 = 1
; r12 = 0
; r13 = 0
; r14 = 1
; r15 = 1
; r16 = 0
; r17 = 1
; r18 = 1
; r19 = 1

        .include "../include/start.s"
        .text
main:   li      r1, -1
        li      r2, 1
        slt     r5, r1, r2
        sltu    r6, r1, r2
        li      r1, 1
        li      r2, -1
        slt     r7, r1, r2
        sltu    r8, r1, r2
        li      r1, 5
        li      r2, 5
        slt     r9, r1, r2
        sltu    r10, r1, r2
        seq     r11, r1, r2
        sne     r12, r1, r2
        li      r2, 6
        seq     r13, r1, r2
        sne     r14, r1, r2
        li      r1, 0x8000000000000000
        li      r2, 0
        slt     r15, r1, r2
        sltu    r16, r1, r2
        li      r1, -2
        slt     r17, r1, -1
        sltu    r18, r1, -1
        seq     r19, r1, -2
        trap    done
