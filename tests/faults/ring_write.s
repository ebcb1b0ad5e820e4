; A segment that ring 4 may read but only ring 1 may write.
        .segment notice, rw, rings(1,4,4)
notice: .dword  42

        .text
.proc main
        la      c4, notice
        ld      r1, [c4]
        st      r0, [c4]
        ret
.endproc
