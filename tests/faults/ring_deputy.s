; bare
; Ring 0 uses a capability that ring 4 gave it: the machine asks for ring 4.
        .segment secret, rw, rings(0,0,0)
secret: .dword  42

        .segment kernel, rx, rings(0,0,0), system
        .entry  start
start:  li      r1, segment(secret) << 32
        li      r2, 8 << 28 | permission.read << 56
        mint    c4, r1, r2
        ld      r3, [c4]
        cring   c4, c4, 4
        ld      r3, [c4]
