; bare
; Loads a link before anybody has filled it: no start-up code has applied the relocations.
        .segment table, rw, rings(0,0,0)
table:  .dword  1, 2, 3

        .segment kernel, rx, rings(0,0,0), system
        .entry  start
start:  la      c4, table
        ld      r3, [c4 + 8]
