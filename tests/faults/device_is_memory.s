; Writes to memory as if it were a device.
        .data
text:   .ascii  "hello"

        .text
.proc main
        la      c4, text
        li      r1, 5
        io      r1, c4, c4, write
        ret
.endproc
