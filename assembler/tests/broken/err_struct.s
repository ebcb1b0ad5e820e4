main:   ret
        .struct
        .endstruct
        .struct point
x:      .dword
x:      .dword
y:      .quad
z:      .dword 1, 2
w:      .dword later
v:      .dword -1
u:      .byte 0x10000000
        .align 3
        .struct inner
        .endenum
        li r1, 5
        .endstruct
        .struct point
        .endstruct
        .enum a b
        .endenum
        .enum colour
        red = lost
        red = 1 +
        red 5
        .byte
        green = "x"
blue:   blue
        last
        .endenum
        .endenum
        .data
        .space sizeof(nothing)
        .byte sizeof(point + 1), sizeof(colour)
        .byte size.point
        .enum open
