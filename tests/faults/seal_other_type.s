; Opens with one authority what another one sealed.
        .data
box:    .dword  1
keys:   .authority
        .authority

        .text
.proc main
        la      c1, box
        la      c2, keys
        ldc     c3, [c2]
        ldc     c4, [c2 + 16]
        cseal   c1, c1, c3
        cunseal c1, c1, c4
        ret
.endproc
