; Calls a gate whose segment lets only rings up to 3 call.
        .segment inner, rx, rings(0,0,3)
        .gate   ask, answer
.proc answer
        li      r1, 42
        ret
.endproc

        .text
.proc main
        la      c4, ask
        callc   c4
        ret
.endproc
