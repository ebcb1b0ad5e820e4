; A place in memory is cursor, register shifted left by up to four bits, and a signed number, each
; of which may be left out.
; conformance instructions
; r5 = 2
; r6 = 3
; r7 = 5
; r8 = 9
; r9 = 17
; r10 = 1
; r11 = 33
; r12 = 0

        .include "../include/start.s"
        .rodata
table:
        .byte   0, 1, 2, 3, 4, 5, 6, 7
        .byte   8, 9, 10, 11, 12, 13, 14, 15
        .byte   16, 17, 18, 19, 20, 21, 22, 23
        .byte   24, 25, 26, 27, 28, 29, 30, 31
        .byte   32, 33, 34, 35, 36, 37, 38, 39

        .text
main:   la      c1, table
        li      r1, 2
        ldb     r5, [c1 + r1]
        ldb     r6, [c1 + r1 << 1 - 1]
        ldb     r7, [c1 + r1 << 1 + 1]
        ldb     r8, [c1 + r1 << 2 + 1]
        ldb     r9, [c1 + r1 << 3 + 1]
        li      r2, -1
        cadd    c2, c1, 2
        ldb     r10, [c2 + r2]
        ldb     r11, [c1 + r1 << 4 + 1]
        ldb     r12, [c2 + r2 << 1]
        trap    done
