; Loads a link that the program does not have.
        .text
.proc main
        ldk     c4, 200
        ret
.endproc
