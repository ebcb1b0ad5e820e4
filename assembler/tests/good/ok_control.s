; Loops and conditions at run time.
        .proc main, count: r3
        .alias i: r4
        .while i < count
        .if i == 7
        .break
        .elseif unsigned(r5 > 2) && r6
        .continue
        .else
        nop
        .endif
        .endw
        .if !(r1 <= r2 || 5 < i)
        nop
        .endif
        .while 1
        .if r1 >= -128
        .break
        .endif
        .endw
        ret
        .endproc

;>   0x0: bge r4, r3, $ + 80
;>   0x8: bne r4, 7, $ + 24
;>   0x10: j $ + 64
;>   0x18: j $ + 48
;>   0x20: bltu r5, 3, $ + 32
;>   0x28: beq r6, 0, $ + 24
;>   0x30: j $ - 48
;>   0x38: j $ + 16
;>   0x40: add r0, r0, 0
;>   0x48: j $ - 72
;>   0x50: bge r2, r1, $ + 24
;>   0x58: bge r4, 6, $ + 16
;>   0x60: add r0, r0, 0
;>   0x68: blt r1, -128, $ + 16
;>   0x70: j $ + 16
;>   0x78: j $ - 16
;>   0x80: ret c7
