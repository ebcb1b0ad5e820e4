; A wrong capability to a missing page is a capability's trap, and the page table is not touched.
; conformance 26
; trap permission through c1 at table+0 ring 0 write 8
; trap bounds through c2 at table+0x1000 ring 0 read 1
; trap ring through c3 at table+0 ring 5 read 8
; memory map = 00 00 00 00 00 00 00 00

        .include "../include/start.s"
        .include "../include/pages.s"
        .segment table, rw, rings(0, 0, 0), length(4096)
table:  .space  4096
        .segment map, rw, rings(0, 0, 0), length(4096)

        .segment kernel
main:   li      r1, segment(table)
        li      r2, segment(map)
        call    make_paged
        la      c3, map
        st      r0, [c3]
        la      c2, table
        cperm   c1, c2, permission.read
        st      r1, [c1]
        li      r1, 0x1000
        ldb     r1, [c2 + r1]
        cring   c3, c2, 5
        ld      r1, [c3]
        trap    done
