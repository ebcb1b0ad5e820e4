; An eight-byte load whose last bytes are outside.
        .data
pair:   .dword  1
        .word   2

        .text
.proc main
        la      c4, pair
        ld      r1, [c4 + 8]
        ret
.endproc
