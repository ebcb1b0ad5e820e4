; Uses a number that was read as an index without looking at it.
        .data
table:  .space  256
wild:   .dword  0x123456789

        .text
.proc main
        la      c4, table
        la      c5, wild
        ld      r1, [c5]
        ldw     r2, [c4 + r1 << 2]
        ret
.endproc
