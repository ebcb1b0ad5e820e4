; bare
; Leaves a capability in a segment that may hold none.
        .segment plain, rw, rings(0,0,0)
plain:  .space  64

        .segment kernel, rx, rings(0,0,0), system
        .entry  start
start:  li      r1, segment(plain) << 32
        li      r2, 64 << 28 | (permission.read | permission.write | permission.store_capability) << 56
        mint    c4, r1, r2
        stc     c4, [c4 + 16]
