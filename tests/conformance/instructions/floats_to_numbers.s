; Floating-point numbers become numbers towards zero; beyond the range the nearest end, and 0 for
; what is no number.
; conformance instructions
; r5 = -2
; r6 = 2
; r7 = 0x7fffffffffffffff
; r8 = 0x8000000000000000
; r9 = -1
; r10 = 0
; r11 = 0
; r12 = 0
; r13 = 0x8000000000000000
; r14 = -1
; r15 = 0x8000000000000000
; r16 = -2
; r17 = 2
; r18 = 0x7fffffffffffffff
; r19 = 0x8000000000000000
; r20 = -1
; r21 = 0
; r22 = 0
; r23 = 0

        .include "../include/start.s"
        .text
main:   li      r1, 0xc007333333333333
        dtoi    r5, r1
        li      r1, 0x4007333333333333
        dtou    r6, r1
        li      r1, 0x7e37e43c8800759c
        dtoi    r7, r1
        li      r1, 0xfe37e43c8800759c
        dtoi    r8, r1
        li      r1, 0x7e37e43c8800759c
        dtou    r9, r1
        li      r1, 0xc008000000000000
        dtou    r10, r1
        li      r1, 0x7ff8000000000000
        dtoi    r11, r1
        li      r1, 0x7ff8000000000000
        dtou    r12, r1
        li      r1, 0xfff0000000000000
        dtoi    r13, r1
        li      r1, 0x7ff0000000000000
        dtou    r14, r1
        li      r1, 0x43e0000000000000
        dtou    r15, r1
        li      r1, 0xc039999a
        stoi    r16, r1
        li      r1, 0x4039999a
        stou    r17, r1
        li      r1, 0x7149f2ca
        stoi    r18, r1
        li      r1, 0xf149f2ca
        stoi    r19, r1
        li      r1, 0x7149f2ca
        stou    r20, r1
        li      r1, 0xc0400000
        stou    r21, r1
        li      r1, 0x7fc00000
        stoi    r22, r1
        li      r1, 0x7fc00000
        stou    r23, r1
        trap    done
