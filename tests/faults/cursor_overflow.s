; Moves a cursor further than 32 bits reach.
        .data
box:    .dword  1

        .text
.proc main
        la      c4, box
        li      r1, 0x100000000
        cadd    c4, c4, r1
        ld      r1, [c4]
        ret
.endproc
