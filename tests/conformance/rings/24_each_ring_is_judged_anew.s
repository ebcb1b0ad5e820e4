; That ring 0 has just read or written a page opens it to ring 4 no more than before, in any order
; and however often.
; conformance 24
; trap ring through c2 at table+0 ring 4 read 8
; trap ring through c2 at table+0 ring 4 write 8
; trap ring through c2 at table+0 ring 4 read 8
; trap ring through c2 at table+8 ring 4 read 8
; r5 = 0x77
; memory table = 77 00 00 00 00 00 00 00

        .include "../include/start.s"
        .segment table, rw, rings(0, 0, 0)
table:  .dword  0x77, 0

        .segment kernel
main:   la      c1, table
        cring   c2, c1, 4
        ld      r1, [c1]
        ld      r1, [c2]
        ld      r1, [c1]
        st      r1, [c1]
        st      r1, [c2]
        ld      r1, [c1]
        ld      r1, [c2]
        ld      r1, [c1 + 8]
        ld      r1, [c2 + 8]
        ld      r5, [c1]
        trap    done
