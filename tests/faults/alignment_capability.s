; Loads a capability from a place where none can be.
        .data
slots:  .space  64

        .text
.proc main
        la      c4, slots
        ldc     c5, [c4 + 8]
        ret
.endproc
