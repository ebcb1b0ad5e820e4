; The instructions with a final `w` work on the low halves, and extend the sign of the result.
; conformance instructions
; r5 = 0xffffffff8000000a
; r6 = 0xffffffff80000004
; r7 = 0xffffffff80000015
; r8 = 0xffffffffd5555558
; r9 = 0x2aaaaaad
; r10 = -1
; r11 = 0
; r12 = 56
; r13 = 0x10000000
; r14 = 0xfffffffff0000000
; r15 = 0xffffffff80000000
; r16 = 0x7fffffff
; r17 = 0x20001
; r18 = 0xffffffff80000000
; r19 = 0
; r20 = 0x7fffffff
; r21 = 5
; r22 = -1
; r23 = 0xffffffff80000000
; r24 = 2
; r25 = 1
; r26 = -1
; r27 = -1
; r28 = 0

        .include "../include/start.s"
        .text
main:   li      r1, 0x1234567880000007
        li      r2, 0xffff000000000003
        addw    r5, r1, r2
        subw    r6, r1, r2
        mulw    r7, r1, r2
        divw    r8, r1, r2
        divuw   r9, r1, r2
        remw    r10, r1, r2
        remuw   r11, r1, r2
        shlw    r12, r1, r2
        shrw    r13, r1, r2
        sarw    r14, r1, r2
        li      r1, 0x7fffffff
        li      r2, 1
        addw    r15, r1, r2
        li      r1, 0x80000000
        subw    r16, r1, r2
        li      r1, 0x10001
        li      r2, 0x10001
        mulw    r17, r1, r2
        li      r1, 0x80000000
        li      r2, 0xffffffff
        divw    r18, r1, r2
        remw    r19, r1, r2
        li      r1, 0xffffffff
        li      r2, 2
        divuw   r20, r1, r2
        li      r2, 10
        remuw   r21, r1, r2
        li      r2, 1
        divuw   r22, r1, r2
        li      r1, 1
        li      r2, 31
        shlw    r23, r1, r2
        li      r2, 33
        shlw    r24, r1, r2
        li      r1, 0x80000000
        li      r2, 31
        shrw    r25, r1, r2
        li      r1, 0xffffffff
        li      r2, 32
        shrw    r26, r1, r2
        li      r1, 0x80000000
        li      r2, 31
        sarw    r27, r1, r2
        li      r1, 5
        li      r2, 63
        sarw    r28, r1, r2
        trap    done
