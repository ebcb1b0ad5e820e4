; The stages come in order: a capability that fails is named before a missing page, the page before
; the label.
; conformance 18 26 28
; trap ring through c1 at table+0 ring 5 read 8
; trap page through c2 at table+0 ring 4 read 8
; trap label through c2 at table+0 ring 4 read 8
; r5 = 0x1234

        .include "../include/start.s"
        .include "../include/pages.s"
        .segment table, rw, rings(4, 4, 4)
table:  .dword  0x1234
        .segment map, rw, rings(0, 0, 0), length(4096)

        .segment kernel
main:   li      r1, segment(table)
        li      r2, segment(map)
        call    make_paged
        la      c3, map
        ld      r3, [c3]                ; its page word
        st      r0, [c3]
        setctl  read0, r0               ; and label 0 may not be read
        la      c1, table
        cring   c2, c1, 4
        cring   c1, c1, 5
        ld      r1, [c1]
        ld      r1, [c2]
        st      r3, [c3]
        ld      r1, [c2]
        li      r1, 1
        setctl  read0, r1
        ld      r5, [c2]
        trap    done
