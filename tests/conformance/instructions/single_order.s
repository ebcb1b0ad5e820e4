; Comparisons in single precision are false with what is no number, and zeros are equal; the smaller
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
; r15 = single -4
; r16 = single 1.5
; r17 = single 1.5
; r18 = single 1.5
; r19 = 0x80000000
; r20 = 0
; r21 = 0x7fc00000
; r22 = single inf

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
        feq.s   r5, r1, r1
        feq.s   r6, r1, r2
        feq.s   r7, r30, r0
        feq.s   r8, r24, r24
        flt.s   r9, r1, r2
        flt.s   r10, r2, r1
        flt.s   r11, r1, r24
        fle.s   r12, r1, r1
        fle.s   r13, r4, r1
        fle.s   r14, r24, r24
        fmin.s  r15, r1, r4
        fmax.s  r16, r1, r4
        fmin.s  r17, r24, r1
        fmax.s  r18, r1, r24
        fmin.s  r19, r0, r30
        fmax.s  r20, r30, r0
        fmin.s  r21, r24, r24
        fmax.s  r22, r3, r25
        trap    done
