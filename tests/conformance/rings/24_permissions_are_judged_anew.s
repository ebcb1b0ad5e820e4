; A page that was read by one capability is not written by another that may only read, nor read by
; one that may only execute.
; conformance 24
; trap permission through c2 at table+0 ring 0 write 8
; trap permission through c3 at table+0 ring 0 read 8
; trap bounds through c4 at table+8 ring 0 read 8
; trap permission+mode through c1 at table+0 ring 0 jump 8
; r5 = 0x77
; r6 = 1

        .include "../include/start.s"
        .segment table, rw, rings(0, 0, 0)
table:  .dword  0x77, 0

        .segment kernel
main:   la      c1, table
        cperm   c2, c1, permission.read
        cperm   c3, c1, permission.write
        cbound  c4, c1, 8
        ld      r5, [c1]
        st      r5, [c1]
        ld      r5, [c2]
        st      r0, [c2]                ; written a moment ago, by another capability
        st      r5, [c3]
        ld      r1, [c3]
        ld      r1, [c1 + 8]
        ld      r1, [c4 + 8]
        li      r6, 1
        jmpc    c1
        trap    done
