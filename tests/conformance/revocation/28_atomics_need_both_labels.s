; What reads and writes needs the right to read and the right to write the label.
; conformance 28
; trap label through c2 at table+0 ring 4 read 8
; trap label through c2 at table+0 ring 4 read 16
; trap label through c2 at table+0 ring 4 write 8
; trap label through c2 at table+0 ring 4 store_capability 16
; memory table = 16 of ee
; kept r1 c3

        .include "../include/start.s"
        .segment table, rw, hold, rings(4, 4, 4)
table:  .space  16, 0xee

        .segment kernel
main:   la      c1, table
        cring   c2, c1, 4
        li      r2, 0
        setctl  read0, r2
        xadd    r1, r1, [c2]
        swapc   c3, c2, [c2]
        li      r2, 1
        setctl  read0, r2
        setctl  write0, r0
        swap    r1, r1, [c2]
        casc    c3, c2, [c2]
        trap    done
