; Stores one byte over a saved capability and then uses what is left of it.
        .data
saved:  .space  16
box:    .dword  42

        .text
.proc main
        la      c4, saved
        la      c5, box
        stc     c5, [c4]
        li      r1, 0
        stb     r1, [c4 + 3]
        ldc     c6, [c4]
        ld      r1, [c6]
        ret
.endproc
