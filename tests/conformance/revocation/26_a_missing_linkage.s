; A constant whose linkage segment is missing, or of a text without linkage, traps by the segment,
; with the place of the slot; an empty slot traps by `link`.
; conformance 26
; trap segment at #268+0x30 ring 4 read 16
; trap link at links4+0x10 ring 4 read 16
; trap segment at 0x30 ring 4 read 16
; c8 = links4[0x0..0x20] rwlsm ring 4 cursor 0
; kept c9

        .include "../include/start.s"
        .segment links4, rw, hold, rings(4, 4, 4), number(268), length(32)
        .equ    place, 268 * size.descriptor + descriptor.flags

        .segment service, rx, rings(0, 0, 7)
        .gate   switch, switch_it       ; r1: which of the two
switch_it:
        li      r2, abi.segment_descriptors << 32
        li      r3, reads | writes | everything
        mint    c1, r2, r3
        bnez    r1, without
        ldb     r2, [c1 + place]
        xor     r2, r2, descriptor.present
        stb     r2, [c1 + place]
        ret     c7
without:
        sth     r0, [c1 + segment(outer) * size.descriptor + descriptor.linkage]
        ret     c7

        .segment kernel
main:   la      c12, switch
        li      r1, links4
        li      r2, all_rights | 32 << limit_shift
        mint    c1, r1, r2
        stc     c1, [c1]
        li      r1, outer + ring4
        call    descend

        .text
outer:  ldk     c8, 0
        li      r1, 0
        callc   c12
        ldk     c9, 3
        li      r1, 0
        callc   c12
        ldk     c9, 1
        li      r1, 1
        callc   c12
        ldk     c9, 3
        trap    done
