        .export one
        .macro  twice register
wait:   add     \register, \register, \register
        .endm
        .proc   one
        li      r1, 5
        twice   r1
        twice   r1
loop:   ret
        .endproc
        .data
here:   .byte   2
        .text
help:   j       help
