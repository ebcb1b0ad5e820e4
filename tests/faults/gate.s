; Calls past the gates, into the middle of a procedure of ring 1.
        .segment inner, rx, rings(1,1,4)
        .gate   ask, answer
.proc answer
        li      r1, 42
        ret
.endproc

        .text
.proc main
        la      c4, answer
        callc   c4
        ret
.endproc
