; The machine never writes page words: a page not noted as used denies every access, one not noted
; as modified every store, until software notes it.
; conformance 26
; trap page through c1 at table+0 ring 0 read 8
; trap page through c1 at table+0 ring 0 write 8
; trap page through c1 at table+0 ring 0 write 8
; trap page through c1 at table+0 ring 0 store_capability 16
; trap page through c1 at table+0 ring 0 write 8
; r5 = 0
; r6 = 1
; r7 = 7
; r8 = 15

        .include "../include/start.s"
        .include "../include/pages.s"
        .segment table, rw, hold, rings(0, 0, 0), length(4096)
table:  .space  16
        .segment map, rw, rings(0, 0, 0), length(4096)

        .segment kernel
main:   li      r1, segment(table)
        li      r2, segment(map)
        call    make_paged
        la      c1, table
        la      c3, map
        ldb     r1, [c3]
        xor     r1, r1, page.used
        stb     r1, [c3]
        ld      r2, [c1]
        st      r2, [c1]
        li      r1, page.present | page.used | page.writable
        stb     r1, [c3]
        ld      r5, [c1]                ; read, though it is not noted as modified
        st      r2, [c1]
        stc     c1, [c1]
        ldb     r7, [c3]
        li      r1, page.present | page.used | page.modified
        stb     r1, [c3]
        st      r2, [c1]                ; not writable
        li      r1, page.present | page.used | page.writable | page.modified
        stb     r1, [c3]
        li      r6, 1
        st      r6, [c1]
        ld      r6, [c1]
        ldb     r8, [c3]
        trap    done
