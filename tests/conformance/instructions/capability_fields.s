; `cget` reads each field of a capability, and `cpc` makes one of the place in the text.
; conformance instructions
; r5 = 0x114_00000008
; r6 = 8
; r7 = 0x114
; r8 = 5
; r9 = 3
; r10 = 0
; r11 = 4
; r12 = 20
; r13 = 16
; r14 = 3
; r15 = 1
; r16 = 0x1d011400000008
; r17 = 0x0300000140000004
; c2 = text[0x0..0x88] rx ring 4 cursor 0x80

        .include "../include/start.s"
        .segment table, rw, rings(5, 5, 5), number(0x114), generation(3), length(64)

        .segment service, rx, rings(0, 0, 7)
        .gate   ask, answer
answer: li      r1, segment(table) << 32 | ring5 | 3 << 51 | 8
        li      r2, reads | writes | 20 << limit_shift | 4
        mint    c1, r1, r2
        ret     c7

        .text
main:   la      c2, ask
        callc   c2
        cget    r5, c1, address
        cget    r6, c1, cursor
        cget    r7, c1, segment
        cget    r8, c1, ring
        cget    r9, c1, generation
        cget    r10, c1, kind
        cget    r11, c1, base
        cget    r12, c1, limit
        cget    r13, c1, length
        cget    r14, c1, permissions
        cget    r15, c1, tag
        cget    r16, c1, low
        cget    r17, c1, high
        cpc     c2, $ + 8
here:   trap    done
