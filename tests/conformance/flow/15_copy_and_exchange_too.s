; A copy of memory and an exchange lose the same rights on the way as a load.
; conformance 15
; granule to = data[0x30..0x40] rl ring 4 cursor 0x30
; c2 = data[0x30..0x40] rl ring 4 cursor 0x30
; r3 = 0

        .include "../include/start.s"
        .data
from:   .space  16
other:  .space  16
to:     .space  16
object: .space  16

        .text
main:   la      c1, from
        la      c4, object
        stc     c4, [c1]
        la      c5, to
        cperm   c6, c1, ~permission.load_mutable
        li      r3, 16
        copy    c5, c6, r3
        la      c1, other
        stc     c4, [c1]
        cperm   c6, c1, ~permission.load_mutable
        swapc   c2, c4, [c6]
        trap    done
