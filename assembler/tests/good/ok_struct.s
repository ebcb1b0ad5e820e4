; Records and lists.
        .struct point
x:      .word
y:      .word
        .endstruct
        .struct shape
kind:   .byte
corner: point 2
next:   .cap
name:   .byte 3
        .repeat 2, i
extra\i: .half
        .endr
        .align 8
end:
        .endstruct
        .enum colour
        red
        green = 5
        blue = green + 1            ; without the name of the list
        add
        black = -1
        .endenum
main:   ldw  r1, [c1 + shape.corner + point.y]
        ldc  c2, [c1 + shape.next]
        cbound c1, c1, sizeof(shape)
        li   r1, colour.blue
        .if sizeof(point) == 8 && colour.add == 7
        li   r2, colour.black
        .endif
        ret
        .data
one:    .space sizeof(shape)
        .word shape.kind, shape.corner, shape.next, shape.name
        .word shape.extra0, shape.extra1, shape.end, sizeof(context)

;>   0x0: ldw r1, [c1 + 8]
;>   0x8: ldc c2, [c1 + 32]
;>   0x10: cbound c1, c1, 64
;>   0x18: add r1, r0, 6
;>   0x20: add r2, r0, -1
;>   0x40: 00 00 00 00 04 00 00 00 20 00 00 00 30 00 00 00
;>   0x50: 34 00 00 00 36 00 00 00 38 00 00 00 20 02 00 00
