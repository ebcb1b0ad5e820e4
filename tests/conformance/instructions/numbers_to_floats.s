; Numbers become floating-point numbers, signed and unsigned, rounded to the nearest.
; conformance instructions
; r5 = double -1
; r6 = double 18446744073709551616
; r7 = double 5
; r8 = double 5
; r9 = double -9223372036854775808
; r10 = double 9223372036854775808
; r11 = double 9007199254740992
; r12 = double 9007199254740996
; r13 = single -1
; r14 = single 18446744073709551616
; r15 = single 16777216
; r16 = single 16777220
; r17 = single 7
; r18 = 0x5d800001

        .include "../include/start.s"
        .text
main:   li      r1, -1
        itod    r5, r1
        li      r1, -1
        utod    r6, r1
        li      r1, 5
        itod    r7, r1
        li      r1, 5
        utod    r8, r1
        li      r1, 1 << 63
        itod    r9, r1
        li      r1, 1 << 63
        utod    r10, r1
        li      r1, (1 << 53) + 1
        itod    r11, r1
        li      r1, (1 << 53) + 3
        itod    r12, r1
        li      r1, -1
        itos    r13, r1
        li      r1, -1
        utos    r14, r1
        li      r1, (1 << 24) + 1
        itos    r15, r1
        li      r1, (1 << 24) + 3
        itos    r16, r1
        li      r1, 7
        utos    r17, r1
        li      r1, (1 << 60) + (1 << 36) + 1
        itos    r18, r1                 ; by way of a double it would be a tie, and even
        trap    done
