; The second operand is `rb << scale + imm`, each part of which may be left out.
; conformance instructions
; r5 = 164
; r6 = 204
; r7 = 114
; r8 = 129
; r9 = 96
; r10 = 240
; r11 = 16
; r12 = 15
; r13 = 1
; r14 = -16
; r15 = 7

        .include "../include/start.s"
        .text
main:   li      r1, 100
        li      r2, 7
        add     r5, r1, r2 << 3 + 8
        add     r6, r1, r2 << 4 - 8
        add     r7, r1, r2 << 1
        add     r8, r1, r2 << 2 + 1
        sub     r9, r1, r2 - 3
        li      r1, 255
        li      r2, 15
        and     r10, r1, r2 << 4
        li      r1, 16
        or      r11, r1, r2 + 1
        li      r1, 3
        li      r2, 4
        mul     r12, r1, r2 + 1
        li      r1, 9
        seq     r13, r1, r2 << 1 + 1
        li      r1, -1
        li      r2, 0
        add     r14, r0, r1 << 4
        add     r15, r0, 7
        trap    done
