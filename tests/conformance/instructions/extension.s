; A low byte, half or word is extended by its sign, or a word by zeros.
; conformance instructions
; r5 = -103
; r6 = -32103
; r7 = 0xffffffff88558299
; r8 = 0x88558299
; r9 = 127
; r10 = 0x7fff
; r11 = 0x7fffffff
; r12 = -1
; r13 = 0xffffffff

        .include "../include/start.s"
        .text
main:   li      r1, 0x1122334488558299
        sxb     r5, r1
        sxh     r6, r1
        sxw     r7, r1
        zxw     r8, r1
        li      r1, 127
        sxb     r9, r1
        li      r1, 0x7fff
        sxh     r10, r1
        li      r1, 0x7fffffff
        sxw     r11, r1
        li      r1, 255
        sxb     r12, r1
        li      r1, -1
        zxw     r13, r1
        trap    done
