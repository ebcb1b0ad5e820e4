; bare
; Reads a segment that has no descriptor.
        .segment kernel, rx, rings(0,0,0), system
        .entry  start
start:  li      r1, 900 << 32
        li      r2, 24 << 28 | permission.read << 56
        mint    c4, r1, r2
        ld      r3, [c4 + 8]
