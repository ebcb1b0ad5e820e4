; The mean of no numbers.
        .text
.proc main
        li      r4, 0
        li      r5, 0
        div     r1, r4, r5
        ret
.endproc
