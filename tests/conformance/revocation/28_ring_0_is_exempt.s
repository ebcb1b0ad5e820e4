; Labels bind every ring but 0, and ring 0 as well where it acts by a capability of an outer ring.
; conformance 28
; trap label through c2 at table+0 ring 1 read 8
; trap label through c2 at table+0 ring 1 write 8
; trap label through c3 at table+0 ring 4 read 8
; r5 = 0x11
; memory table = 22 00 00 00 00 00 00 00

        .include "../include/start.s"
        .segment table, rw, rings(4, 4, 4)
table:  .dword  0x11, 0

        .segment kernel
main:   la      c1, table
        cring   c2, c1, 1
        cring   c3, c1, 4
        setctl  read0, r0
        setctl  write0, r0
        ld      r5, [c1]
        li      r1, 0x22
        st      r1, [c1]
        ld      r1, [c2]
        st      r0, [c2]
        ld      r1, [c3]
        trap    done
