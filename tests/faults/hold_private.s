; bare
; Leaves a capability to a private segment in a system segment.
        .segment shared, rw, hold, system, rings(0,0,0)
shared: .space  64
        .segment own, rw, rings(0,0,0)
own:    .dword  42

        .segment kernel, rx, rings(0,0,0), system
        .entry  start
start:  li      r1, segment(own) << 32
        li      r2, 8 << 28 | permission.read << 56
        mint    c4, r1, r2
        li      r1, segment(shared) << 32
        li      r2, 64 << 28 | (permission.read | permission.write | permission.load_capability | permission.store_capability) << 56
        mint    c5, r1, r2
        stc     c4, [c5]
