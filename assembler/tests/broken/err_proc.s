        .endproc
        .proc
        .proc 5
        .local x, 8
        .save r16
        enter
        .proc main, 5, r1
        .proc inner
        ret
        .endproc
        .proc last
        ret
