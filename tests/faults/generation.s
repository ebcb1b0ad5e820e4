; bare
; Raises the generation of a segment; the capability made before is dead.
        .segment table, rw, rings(0,0,0)
table:  .dword  1, 2, 3

        .segment kernel, rx, rings(0,0,0), system
        .entry  start
start:  li      r1, segment(table) << 32
        li      r2, 24 << 28 | permission.read << 56
        mint    c4, r1, r2
        ld      r3, [c4 + 8]
        li      r1, abi.segment_descriptors << 32
        li      r2, (segment(table) + 1) * size.descriptor << 28 | (permission.read | permission.write) << 56
        mint    c5, r1, r2
        ldb     r3, [c5 + segment(table) * size.descriptor + 20]
        add     r3, r3, 1
        stb     r3, [c5 + segment(table) * size.descriptor + 20]
        ld      r3, [c4 + 8]
