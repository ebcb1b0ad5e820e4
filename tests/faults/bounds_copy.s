; A block copy of more than the destination holds.
        .data
from:   .space  100, 7
to:     .space  64

        .text
.proc main
        la      c4, to
        la      c5, from
        li      r1, 100
        copy    c4, c5, r1
        ret
.endproc
