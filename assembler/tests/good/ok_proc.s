; Registers by name, locals, saved registers, and a frame for them.
        .proc main, count: r16, table: c8
        .save count, table, r17
        .local small, 4
        .local large, 40
        .alias i: r17
        enter
        mov  count, r1
        cmov table, c1
loop:   ldw  i, [table + count << 2 + 8]
        stw  i, [sp + small]
        st   i, [sp + large + 8]
        bnez i, loop
        call leaf
        return
        .endproc
        .proc leaf
loop:   bnez r1, loop
        enter
        leave
        return
        .endproc

;> segment text 0x110: r-x- length 0xa0 rings (4, 4, 4) label 0 gen 0 linkage 0x108
;>   0x0: cadd c15, c15, -112
;>   0x8: stc c8, [c15 + 64]
;>   0x10: stc c7, [c15 + 80]
;>   0x18: st r16, [c15 + 96]
;>   0x20: st r17, [c15 + 104]
;>   0x28: add r16, r1, 0
;>   0x30: cmov c8, c1
;>   0x38: ldw r17, [c8 + r16 << 2 + 8]
;>   0x40: stw r17, [c15]
;>   0x48: st r17, [c15 + 24]
;>   0x50: bne r17, 0, $ - 24
;>   0x58: call c7, $ + 56
;>   0x60: ldc c8, [c15 + 64]
;>   0x68: ldc c7, [c15 + 80]
;>   0x70: ld r16, [c15 + 96]
;>   0x78: ld r17, [c15 + 104]
;>   0x80: cadd c15, c15, 112
;>   0x88: ret c7
;>   0x90: bne r1, 0, $
;>   0x98: ret c7
;> procedure main text:0x0 size 144
;> label loop text:0x38 size 0
;> procedure leaf text:0x90 size 16
;> label loop text:0x90 size 0
