; A copy through a capability that may not load capabilities moves their bits alone, and asks for no
; right to store them.
; conformance 4 14
; r3 = 0
; granule plain+16 = untagged data[0x0..0x20] rwlsm ring 4 cursor 0

        .include "../include/start.s"
        .data
        .align  16
from:   .space  32
        .segment plain, rw
plain:  .space  32, 0xdd

        .text
main:   la      c1, from
        stc     c1, [c1 + 16]
        cperm   c1, c1, permission.read
        la      c2, plain
        li      r3, 32
        copy    c2, c1, r3
        trap    done
