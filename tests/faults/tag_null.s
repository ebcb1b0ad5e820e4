; Reads through a register that nothing was put into.
        .text
.proc main
        ld      r1, [c5]
        ret
.endproc
