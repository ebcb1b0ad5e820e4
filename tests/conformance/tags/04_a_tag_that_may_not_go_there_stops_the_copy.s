; A copy that would move a tag needs the right to store it and a segment that may hold it; else
; nothing of the chunk moves.
; conformance 4 14
; trap permission through c4 at own+0x20 ring 0 store_capability 32
; trap hold through c5 at plain+0 ring 0 store_capability 32
; r3 = 32
; memory to = 32 of ee
; memory plain = 32 of dd
; c4 = own[0x20..0x40] rw ring 0 cursor 0x20

        .include "../include/start.s"
        .segment own, rw, hold, rings(0, 0, 0)
from:   .space  32
to:     .space  32, 0xee
        .segment plain, rw, rings(0, 0, 0)
plain:  .space  32, 0xdd

        .segment kernel
main:   la      c1, from
        stc     c1, [c1 + 16]
        la      c4, to
        cperm   c4, c4, permission.read | permission.write
        li      r3, 32
        copy    c4, c1, r3
        li      r1, plain
        li      r2, all_rights | 32 << limit_shift
        mint    c5, r1, r2
        copy    c5, c1, r3
        trap    done
