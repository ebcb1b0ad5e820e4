; Narrows a capability and then asks for more than is left.
        .data
table:  .space  64

        .text
.proc main
        la      c4, table
        cbound  c4, c4, 16
        cbound  c4, c4, 32
        ld      r1, [c4]
        ret
.endproc
