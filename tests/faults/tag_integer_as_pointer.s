; Makes an address out of a number, as one can elsewhere.
        .text
.proc main
        li      r1, 0x10000
        cseek   c4, c0, r1
        stb     r1, [c4]
        ret
.endproc
