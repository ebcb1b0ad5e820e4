; Loads a link that nobody has filled.
        .text
.proc main
        ldk     c4, 200
        ret
.endproc
