; Moves an entry capability past the first instruction of its procedure.
        .text
.proc main
        la      c4, twice
        cadd    c4, c4, 8
        callc   c4
        ret
.endproc

.proc twice
        add     r1, r1, r1
        add     r1, r1, r1
        ret
.endproc
