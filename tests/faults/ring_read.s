; Reads a segment that belongs to ring 0, through the linkage of ring 4.
        .segment secret, rw, rings(0,0,0)
secret: .dword  42

        .text
.proc main
        la      c4, secret
        ld      r1, [c4]
        ret
.endproc
