; An access over a page border is two, the lower first, and has no effect before both pages are
; there. The two pages are where their words say, wherever that is.
; conformance 26
; trap page through c1 at table+0xffc ring 0 write 4
; trap page through c1 at table+0x1000 ring 0 write 4
; trap page through c1 at table+0x1000 ring 0 read 1
; trap page through c1 at table+0x1000 ring 0 write 4
; r5 = 0x1122334455667788
; r8 = 0
; r9 = 0x55667788
; r10 = 0x11223344
; kept r7

        .include "../include/start.s"
        .include "../include/pages.s"
        .segment table, rw, rings(0, 0, 0), length(8192)
table:  .space  8192
        .segment map, rw, rings(0, 0, 0), length(4096)

        .segment kernel
main:   li      r1, segment(table)
        li      r2, segment(map)
        call    make_paged
        la      c3, map
        ld      r3, [c3]
        ld      r4, [c3 + 8]
        la      c1, table
        li      r1, 0xffc
        li      r2, 0x1122334455667788
        st      r0, [c3]
        st      r0, [c3 + 8]
        st      r2, [c1 + r1]           ; both missing: the lower one is named
        st      r3, [c3]
        st      r2, [c1 + r1]           ; the upper one
        ldw     r8, [c1 + r1]           ; and nothing was stored in the lower
        ldh     r7, [c1 + r1 + 3]
        xor     r5, r4, page.modified
        st      r5, [c3 + 8]
        st      r2, [c1 + r1]
        st      r4, [c3 + 8]
        st      r2, [c1 + r1]
        ld      r5, [c1 + r1]
        st      r4, [c3]                ; the pages exchanged
        st      r3, [c3 + 8]
        st      r2, [c1 + r1]
        st      r3, [c3]                ; and as they were
        st      r4, [c3 + 8]
        li      r9, 0x1ffc
        ldw     r9, [c1 + r9]
        ldw     r10, [c1]
        trap    done
