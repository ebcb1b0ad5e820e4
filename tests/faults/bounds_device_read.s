; Loads from a device as if it were memory.
        .text
.proc main
        ldb     r1, [c2]
        ret
.endproc
