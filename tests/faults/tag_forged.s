; Copies a capability as two numbers: the bits arrive, the authority does not.
        .data
box:    .dword  42

        .text
.proc main
        la      c4, box
        cget    r1, c4, low
        cget    r2, c4, high
        cpack   c5, r1, r2
        ld      r1, [c5]
        ret
.endproc
