; `seth` replaces the high half, so that two instructions make any number.
; conformance instructions
; r5 = 0x1234567876543210
; r6 = 0xffffffff76543210
; r7 = 0x100000000
; r8 = 0x123456789abcdef0
; r9 = -1
; r10 = 0x80000000
; r11 = 0xffffffff80000000

        .include "../include/start.s"
        .text
main:   li      r1, 0xfedcba9876543210
        seth    r5, r1, 0x12345678
        seth    r6, r1, -1
        seth    r7, r0, 1
        li      r8, 0x123456789abcdef0
        li      r9, -1
        li      r10, 0x80000000
        li      r11, -0x80000000
        trap    done
