; Arithmetic in single precision rounds to the nearest, ties to even; what has no value is the one
; number that is none.
; conformance instructions
; r5 = single 3.75
; r6 = single -0.75
; r7 = single 3.375
; r8 = single 1.5
; r9 = single 1.5
; r10 = single 6.375
; r11 = single 1.4901161193847656e-8
; r12 = single 0.33333334
; r13 = single inf
; r14 = single -inf
; r15 = 0x7fc00000
; r16 = 0x7fc00000
; r17 = 0x7fc00000
; r18 = single inf
; r19 = 0x80000000
; r20 = 0
; r21 = 0x80000000
; r22 = single 16777216.0
; r23 = 0x7fc00000

        .include "../include/start.s"
        .rodata
numbers:
        .single 1.5, 2.25, inf, -4.0, nan, 3e38, 1.0, 16777216.0, 1.0001220703125, -1.000244140625, -0.0, 3.0

        .text
main:   la      c1, numbers
        ldw     r1, [c1]
        ldw     r2, [c1 + 4]
        ldw     r3, [c1 + 8]
        ldw     r4, [c1 + 12]
        ldw     r24, [c1 + 16]
        ldw     r25, [c1 + 20]
        ldw     r26, [c1 + 24]
        ldw     r27, [c1 + 28]
        ldw     r28, [c1 + 32]
        ldw     r29, [c1 + 36]
        ldw     r30, [c1 + 40]
        ldw     r31, [c1 + 44]
        fadd.s  r5, r1, r2
        fsub.s  r6, r1, r2
        fmul.s  r7, r1, r2
        fdiv.s  r8, r2, r1
        fsqrt.s r9, r2
        fma.s   r10, r1, r2, r31
        fma.s   r11, r28, r28, r29
        fdiv.s  r12, r26, r31
        fdiv.s  r13, r1, r0
        fdiv.s  r14, r4, r0
        fdiv.s  r15, r0, r0
        fsub.s  r16, r3, r3
        fsqrt.s r17, r4
        fmul.s  r18, r25, r25
        fmul.s  r19, r4, r0
        fadd.s  r20, r30, r0
        fsqrt.s r21, r30
        fadd.s  r22, r27, r26
        fadd.s  r23, r24, r26
        trap    done
