; Writes to a constant.
        .rodata
greeting: .ascii "hello"

        .text
.proc main
        la      c4, greeting
        li      r1, 'H'
        stb     r1, [c4]
        ret
.endproc
