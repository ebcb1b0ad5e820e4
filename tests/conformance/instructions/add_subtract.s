; `add` and `sub` wrap at 64 bits.
; conformance instructions
; r5 = -1
; r6 = 0xfdb97530eca86421
; r7 = 0
; r8 = -1
; r9 = 0x8000000000000000
; r10 = 0x7fffffffffffffff
; r11 = 4
; r12 = 6
; r13 = 0x80000004
; r14 = 0xffffffff80000005

        .include "../include/start.s"
        .text
main:   li      r1, 0xfedcba9876543210
        li      r2, 0x123456789abcdef
        add     r5, r1, r2
        sub     r6, r1, r2
        li      r1, -1
        li      r2, 1
        add     r7, r1, r2
        li      r1, 0
        sub     r8, r1, r2
        li      r1, 0x7fffffffffffffff
        add     r9, r1, r2
        li      r1, 0x8000000000000000
        sub     r10, r1, r2
        li      r1, 5
        li      r2, 7
        add     r11, r1, -1
        sub     r12, r1, -1
        add     r13, r1, 0x7fffffff
        add     r14, r1, -0x80000000
        trap    done
