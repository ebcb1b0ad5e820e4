; A loop ends in its procedure.
        .proc main
        .while r1
        .if r2 < 5
        return
        .endproc
        .if 1
