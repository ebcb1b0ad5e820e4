; Comparisons in double precision are false with what is no number, and zeros are equal; the smaller
; and the larger prefer the number, and -0 is below 0.
; conformance instructions
; r5 = 1
; r6 = 0
; r7 = 1
; r8 = 0
; r9 = 1
; r10 = 0
; r11 = 0
; r12 = 1
; r13 = 1
; r14 = 0
; r15 = double -4
; r16 = double 1.5
; r17 = double 1.5
; r18 = double 1.5
; r19 = 0x8000000000000000
; r20 = 0
; r21 = 0x7ff8000000000000
; r22 = double inf
; r23 = double 1.5

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
        feq.d   r5, r1, r1
        feq.d   r6, r1, r2
        feq.d   r7, r30, r0
        feq.d   r8, r24, r24
        flt.d   r9, r1, r2
        flt.d   r10, r2, r1
        flt.d   r11, r1, r24
        fle.d   r12, r1, r1
        fle.d   r13, r4, r1
        fle.d   r14, r24, r24
        fmin.d  r15, r1, r4
        fmax.d  r16, r1, r4
        fmin.d  r17, r24, r1
        fmax.d  r18, r1, r24
        fmin.d  r19, r0, r30
        fmax.d  r20, r30, r0
        fmin.d  r21, r24, r24
        fmax.d  r22, r3, r25
        fmin.d  r23, r1, r24
        trap    done
