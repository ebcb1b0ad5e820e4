; Fills eight slots of a table of eight, and then one more.
        .segment table, rw
table:  .space  64

        .text
.proc main
        la      c4, table
        li      r1, 0
again:  st      r1, [c4 + r1 << 3]
        add     r1, r1, 1
        ble     r1, 8, again
        li      r1, 0
        ret
.endproc
