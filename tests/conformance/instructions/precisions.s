; Single becomes double exactly, double becomes single rounded; results of single precision have the
; high half clear, and that of operands is not looked at.
; conformance instructions
; r5 = double 0.10000000149011612
; r6 = single 0.1
; r7 = single inf
; r8 = 0
; r9 = double -inf
; r10 = 0x7ff8000000000000
; r11 = 0x7fc00000
; r12 = double 1
; r13 = 3
; r14 = single 2
; r15 = single 1
; r16 = single 1.0000002

        .include "../include/start.s"
        .text
main:   li      r1, 0x3dcccccd
        stod    r5, r1
        li      r1, 0x3fb999999999999a
        dtos    r6, r1
        li      r1, 0x7e37e43c8800759c
        dtos    r7, r1
        li      r1, 0x1a56e1fc2f8f359
        dtos    r8, r1
        li      r1, 0xff800000
        stod    r9, r1
        li      r1, 0x7fa00000
        stod    r10, r1
        li      r1, 0xfff4000000000000
        dtos    r11, r1
        li      r1, 0x123456783f800000
        stod    r12, r1
        li      r1, -1 << 32 | 0x40400000
        stoi    r13, r1
        li      r1, -1 << 32 | 0x40800000
        fsqrt.s r14, r1
        li      r1, 0x3ff0000010000000
        dtos    r15, r1
        li      r1, 0x3ff0000030000000
        dtos    r16, r1
        trap    done
