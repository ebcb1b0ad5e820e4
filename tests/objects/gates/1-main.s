; A gate of another file, into ring 0, and linkage of both rings.
        .proc   main
        .save   c8
        enter
        la      c1, ask
        callc   c1
        la      c2, seen
        stb     r1, [c2]
        ldb     r1, [c2]
        return
        .endproc
        .data
seen:   .byte   0
        .stack  8000
