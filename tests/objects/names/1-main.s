; Names that files, scopes and procedures keep to themselves.
        .export main
        .proc   main
        .save   r16
        enter
loop:   call    one
        mov     r16, r1
        call    two
        add     r1, r1, r16
        return
        .endproc
        .scope
loop:   ret
        .data
here:   .byte   1
        .text
        .endscope
help:   j       help
