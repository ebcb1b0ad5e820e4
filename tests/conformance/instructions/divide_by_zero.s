; Every division by zero traps, and changes no register; the `w` forms look at the low half alone.
; conformance instructions
; trap divide ring 4 times 12
; r5 = 1
; kept r6..r20

        .include "../include/start.s"
        .text
main:   li      r1, 1 << 32             ; its low half is zero
        div     r6, r6, 0
        divu    r7, r7, r0
        rem     r8, r8, 0
        remu    r9, r9, 0
        divw    r10, r10, 0
        divuw   r11, r11, 0
        remw    r12, r12, 0
        remuw   r13, r13, 0
        divw    r14, r14, r1
        divuw   r15, r15, r1
        remw    r16, r16, r1
        remuw   r17, r17, r1
        divu    r2, r1, r1
        mov     r5, r2
        trap    done
