; Arithmetic in double precision rounds to the nearest, ties to even; what has no value is the one
; number that is none.
; conformance instructions
; r5 = double 3.75
; r6 = double -0.75
; r7 = double 3.375
; r8 = double 1.5
; r9 = double 1.5
; r10 = double 6.375
; r11 = double 8.673617379884035e-19
; r12 = double 0.3333333333333333
; r13 = double inf
; r14 = double -inf
; r15 = 0x7ff8000000000000
; r16 = 0x7ff8000000000000
; r17 = 0x7ff8000000000000
; r18 = double inf
; r19 = 0x8000000000000000
; r20 = 0
; r21 = 0x8000000000000000
; r22 = double 9007199254740992.0
; r23 = 0x7ff8000000000000

        .include "../include/start.s"
        .rodata
numbers:
        .double 1.5, 2.25, inf, -4.0, nan, 1e308, 1.0, 9007199254740992.0, 1.000000000931322574615478515625, -1.00000000186264514923095703125, -0.0, 3.0

        .text
main:   la      c1, numbers
        ld      r1, [c1]
        ld      r2, [c1 + 8]
        ld      r3, [c1 + 16]
        ld      r4, [c1 + 24]
        ld      r24, [c1 + 32]
        ld      r25, [c1 + 40]
        ld      r26, [c1 + 48]
        ld      r27, [c1 + 56]
        ld      r28, [c1 + 64]
        ld      r29, [c1 + 72]
        ld      r30, [c1 + 80]
        ld      r31, [c1 + 88]
        fadd.d  r5, r1, r2
        fsub.d  r6, r1, r2
        fmul.d  r7, r1, r2
        fdiv.d  r8, r2, r1
        fsqrt.d r9, r2
        fma.d   r10, r1, r2, r31
        fma.d   r11, r28, r28, r29
        fdiv.d  r12, r26, r31
        fdiv.d  r13, r1, r0
        fdiv.d  r14, r4, r0
        fdiv.d  r15, r0, r0
        fsub.d  r16, r3, r3
        fsqrt.d r17, r4
        fmul.d  r18, r25, r25
        fmul.d  r19, r4, r0
        fadd.d  r20, r30, r0
        fsqrt.d r21, r30
        fadd.d  r22, r27, r26
        fadd.d  r23, r24, r26
        trap    done
