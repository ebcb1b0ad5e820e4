        .proc   main
        la      c1, tail
        ldb     r1, [c1]
        add     r1, r1, FIRST
        add     r1, r1, length(end)
        add     r1, r1, length(bytes)
        sub     r1, r1, length(bytes)
        ret
        .endproc
