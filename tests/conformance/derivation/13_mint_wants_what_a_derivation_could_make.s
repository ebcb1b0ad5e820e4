; `mint` takes bits that a derivation could have made, of the kinds data, entry and return, and says
; of others all that is wrong.
; conformance 13
; trap seal ring 0
; trap seal ring 0
; trap seal ring 0
; trap seal ring 0
; trap bounds ring 0
; trap permission ring 0
; trap segment ring 0
; trap seal+permission+bounds+segment ring 0
; c2 = text[0x0..0x8] rx ring 7 cursor 0xffffffff generation 63
; c3 = text[0x0..0x8] rx ring 0 cursor 0 entry
; c4 = text[0x0..0x8] rx ring 0 cursor 0 return
; c5 = #0[0x4..0x20] eu ring 0 cursor 4
; kept c8

        .include "../include/start.s"
        .text
text:   nop
        .equ    own, segment(text) << 32
        .equ    rest, reads | executes | 8 << limit_shift

        .segment kernel
main:   li      r2, rest
        li      r1, own | ring7 | 63 << 51 | 0xffffffff
        mint    c2, r1, r2
        li      r1, own | entry_kind
        mint    c3, r1, r2
        li      r1, own | return_kind
        mint    c4, r1, r2
        li      r1, 4
        li      r3, (permission.seal | permission.unseal) << 56 | 32 << limit_shift | 4
        mint    c5, r1, r3

        li      r1, own | 3 << 57       ; the reserved kind
        mint    c8, r1, r2
        li      r1, own | 4 << 57       ; the first and the last that software seals with
        mint    c8, r1, r2
        li      r1, own | 31 << 57
        mint    c8, r1, r2
        li      r1, own | 1 << 63       ; a spare bit
        mint    c8, r1, r2
        li      r1, own
        li      r2, reads | 8 << limit_shift | 9
        mint    c8, r1, r2
        li      r2, writes | executes | 8 << limit_shift
        mint    c8, r1, r2
        mint    c8, r1, r3              ; an authority of a segment with memory
        li      r1, -1
        li      r2, -1 ^ ((1 << 28) - 1) << limit_shift
        mint    c8, r1, r2
        trap    done
