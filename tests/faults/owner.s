; bare
; Gives a page of its own a new owner, which only lending can do.
        .segment table, rw, hold, rings(0,0,0)
table:  .space  4096

        .segment kernel, rx, rings(0,0,0), system
        .entry  start
start:  li      r1, segment(table) << 32
        li      r2, 4096 << 28 | (permission.read | permission.write | permission.load_capability | permission.store_capability) << 56
        mint    c4, r1, r2
        li      r3, 2 << 16
        sttag   r3, [c4]
