; Reads the text of a procedure through the capability that only calls it.
        .text
.proc main
        la      c4, twice
        ld      r1, [c4]
        ret
.endproc

.proc twice
        add     r1, r1, r1
        ret
.endproc
