; Unseals what is open already.
        .data
box:    .dword  1
key:    .authority

        .text
.proc main
        la      c1, box
        la      c2, key
        ldc     c2, [c2]
        cunseal c1, c1, c2
        ret
.endproc
