; Lending and reclaiming want whole pages, the right to store capabilities, and the right owner and
; label; tags of a deeper machine's page change only its depth.
; conformance instructions
; trap bounds through c1 at page+16 ring 0 store_capability 4096
; trap alignment through c2 at page+0 ring 0 store_capability 4080
; trap permission through c3 at page+0 ring 0 store_capability 4096
; trap hold through c4 at plain+0 ring 0 store_capability 4096
; trap owner through c5 at page+0 ring 0 store_capability 4096
; trap label through c5 at page+0 ring 0 store_capability 4096
; trap owner through c5 at page+0 ring 0 store_capability 16
; trap owner through c5 at page+0 ring 0 store_capability 4096
; trap owner through c5 at page+0 ring 0 store_capability 16
; trap owner through c5 at page+0 ring 0 write 16
; r3 = 4096
; owner page = 3
; label page = 9
; label page+16 = 0

        .include "../include/start.s"
        .segment paged, rw, hold, rings(0, 0, 0), length(4096)
page:   .space  4096
        .segment plain, rw, rings(0, 0, 0), length(4096)

        .segment kernel
main:   la      c5, page
        cadd    c1, c5, 16
        li      r3, 4096
        lend    c1, r3
        cmov    c2, c5
        li      r3, 4080
        lend    c2, r3
        li      r3, 4096
        cperm   c3, c5, permission.read | permission.write
        lend    c3, r3
        li      r1, segment(plain) << 32
        li      r2, all_rights | 4096 << limit_shift
        mint    c4, r1, r2
        lend    c4, r3
        reclaim c5, r3                  ; it is the machine's own
        cmov    c6, c5
        li      r1, 5
        li      r2, 16
        relabel c6, r1, r2
        lend    c5, r3                  ; a label that is not the segment's
        li      r1, 1 << 16
        sttag   r1, [c5]                ; an own page is given away by lending alone
        cmov    c6, c5
        li      r1, 0
        li      r2, 16
        relabel c6, r1, r2
        cmov    c6, c5
        lend    c6, r3
        li      r3, 4096
        lend    c5, r3                  ; twice
        sttag   r0, [c5]                ; nor is it taken back so
        li      r2, 16
        relabel c5, r1, r2
        li      r1, 3 << 16 | 9 << 8
        sttag   r1, [c5]
        trap    done
