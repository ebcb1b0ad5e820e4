; Jumps to data.
        .data
box:    .dword  1

        .text
.proc main
        la      c4, box
        jmpc    c4
.endproc
