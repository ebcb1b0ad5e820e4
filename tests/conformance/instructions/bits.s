; Leading and trailing zeros, ones, and the order of bytes.
; conformance instructions
; r5 = 8
; r6 = 8
; r7 = 16
; r8 = 0x1807f8180f000
; r9 = 64
; r10 = 64
; r11 = 0
; r12 = 0x100000000000000
; r13 = 0
; r14 = 0
; r15 = 64
; r16 = 63
; r17 = 63

        .include "../include/start.s"
        .text
main:   li      r1, 0xf080817f800100
        clz     r5, r1
        ctz     r6, r1
        popcnt  r7, r1
        bswap   r8, r1
        li      r1, 0
        clz     r9, r1
        ctz     r10, r1
        popcnt  r11, r1
        li      r1, 1
        bswap   r12, r1
        li      r1, -1
        clz     r13, r1
        ctz     r14, r1
        popcnt  r15, r1
        li      r1, 1
        clz     r16, r1
        li      r1, 0x8000000000000000
        ctz     r17, r1
        trap    done
