; Seals without an authority to seal.
        .data
box:    .dword  1

        .text
.proc main
        la      c4, box
        cseal   c5, c4, c4
        ret
.endproc
