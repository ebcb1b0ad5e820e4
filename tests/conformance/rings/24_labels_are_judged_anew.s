; What ring 0 may read whatever its label is not open to ring 4 for that, and what could be read
; before the masks were changed is not after.
; conformance 24 28
; trap label through c2 at table+0 ring 4 read 8
; trap label through c2 at table+0 ring 4 write 8
; trap label through c2 at table+0 ring 4 read 8
; r5 = 0x33
; r6 = 0x33

        .include "../include/start.s"
        .segment table, rw, rings(4, 4, 4)
table:  .dword  0x33, 0

        .segment kernel
main:   la      c1, table
        cring   c2, c1, 4
        ld      r5, [c2]
        cmov    c3, c1
        li      r1, 3
        li      r2, 16
        relabel c3, r1, r2
        li      r1, 1
        setctl  read0, r1
        ld      r6, [c1]
        ld      r1, [c2]
        setctl  write0, r0
        st      r6, [c1]
        st      r6, [c2]
        li      r1, -1
        setctl  read0, r1
        ld      r1, [c2]
        setctl  read0, r0
        ld      r1, [c2]
        trap    done
