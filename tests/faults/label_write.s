; bare
; A process that may write no label but 0 meets label 3.
        .segment table, rw, rings(4,4,4)
table:  .dword  1, 2, 3, 4

        .segment kernel, rx, rings(0,0,0), system
        .entry  start
start:  li      r1, segment(table) << 32
        li      r2, 32 << 28 | (permission.read | permission.write) << 56
        mint    c4, r1, r2
        cadd    c5, c4, 16
        li      r3, 3
        li      r4, 16
        relabel c5, r3, r4
        li      r3, 1
        setctl  write0, r3
        cring   c4, c4, 4
        ld      r5, [c4 + 16]
        st      r5, [c4]
        st      r5, [c4 + 16]
