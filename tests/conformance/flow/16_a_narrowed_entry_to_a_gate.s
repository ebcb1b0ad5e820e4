; An entry to a gate that was narrowed to the gate alone runs with the whole segment all the same;
; one of the own ring keeps its bounds.
; conformance 16 20
; trap bounds through pc at own_text+0x10 ring 4 execute 8
; r5 = 0
; r6 = 24
; r7 = 16
; c10 = own_text[0x0..0x10] rx ring 4 cursor 0x8

        .include "../include/start.s"
        .segment inner, rx, rings(1, 1, 4)
        .gate   ask, answer
answer: cpc     c1, $
        ret     c7

        .segment own_text, rx
short:  cpc     c10, $ + 8
        nop
        nop                             ; outside the bounds of the entry

        .segment kernel
main:   li      r1, ask + ring4 + entry_kind
        li      r2, reads | executes | 8 << limit_shift
        mint    c8, r1, r2
        li      r1, short + ring4 + entry_kind
        li      r2, reads | executes | 16 << limit_shift
        mint    c9, r1, r2
        li      r1, outer + ring4
        call    descend

        .text
outer:  callc   c8
        cget    r5, c1, base
        cget    r6, c1, limit
        cpc     c13, behind             ; the way back from the trap
        callc   c9
behind: cget    r7, c10, limit
        trap    done
