        .proc main
        .save r16, r16, c15, r0, q1, 5, r3
        call helper
        leave
        return
        .endproc
        .proc helper
        .local a, -1
        .local b, 0x10000000
        .local c, later
        .local 5, 8
        ret
        .endproc
