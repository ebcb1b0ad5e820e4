; The atomic instructions give what was there, and store what they say; the narrow ones extend the
; sign.
; conformance instructions
; r5 = 100
; r6 = 200
; r7 = 250
; r8 = 250
; r9 = 300
; r10 = -2
; r11 = 7
; r12 = 10
; r13 = 99
; r14 = -1
; memory cells = 2c 01 00 00 00 00 00 00 63 00 00 00 fa ff ff ff

        .include "../include/start.s"
        .data
        .align  8
cells:  .dword  100
        .word   -2, -1

        .text
main:   la      c1, cells
        li      r1, 200
        swap    r5, r1, [c1]            ; 100, now 200
        li      r1, 50
        xadd    r6, r1, [c1]            ; 200, now 250
        li      r7, 250
        li      r1, 300
        cas     r7, r1, [c1]            ; 250, and equal: now 300
        mov     r8, r7
        li      r9, 1
        cas     r9, r7, [c1]            ; 300, and not equal
        li      r1, 7
        swapw   r10, r1, [c1 + 8]       ; -2, now 7
        li      r1, 3
        xaddw   r11, r1, [c1 + 8]       ; 7, now 10
        li      r12, 5 << 32 | 10       ; the low half is compared
        li      r1, 99
        casw    r12, r1, [c1 + 8]       ; 10, and equal: now 99
        li      r13, 10
        casw    r13, r0, [c1 + 8]       ; 99, and not equal
        li      r1, -5
        xaddw   r14, r1, [c1 + 12]      ; -1, now -6
        trap    done
