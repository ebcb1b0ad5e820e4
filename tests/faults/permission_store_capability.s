; Leaves a capability in a segment that may hold none.
        .segment plain, rw
plain:  .space  64

        .text
.proc main
        la      c4, plain
        stc     c15, [c4]
        ret
.endproc
