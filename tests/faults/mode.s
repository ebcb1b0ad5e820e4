; bare
; Mints a capability that may write, to a segment whose descriptor may not be written.
        .segment table, r, rings(0,0,0)
table:  .dword  1, 2, 3

        .segment kernel, rx, rings(0,0,0), system
        .entry  start
start:  li      r1, segment(table) << 32
        li      r2, 24 << 28 | (permission.read | permission.write) << 56
        mint    c4, r1, r2
        ld      r3, [c4 + 8]
        st      r3, [c4]
