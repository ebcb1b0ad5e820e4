; Tries to make a capability out of numbers, which is for ring 0 alone.
        .text
.proc main
        li      r1, 0
        li      r2, 0
        mint    c4, r1, r2
        ret
.endproc
