; A page word, a page table or a segment that lies outside the machine's memory is a mistake of the
; map: cause `descriptor`.
; conformance 26
; trap descriptor through c1 at table+0 ring 0 read 8
; trap descriptor through c1 at table+0 ring 0 write 8
; trap descriptor through c1 at table+0x1000 ring 0 read 8
; trap descriptor through c1 at table+0 ring 0 read 8
; trap descriptor through c2 at flat+0 ring 0 read 8
; trap descriptor through c2 at flat+0 ring 0 read 8
; r5 = 1

        .include "../include/start.s"
        .include "../include/pages.s"
        .segment table, rw, rings(0, 0, 0), length(8192)
table:  .space  8192
        .segment map, rw, rings(0, 0, 0), length(4096)
        .segment flat, rw, rings(0, 0, 0)
flat:   .dword  1
        .equ    base, segment(flat) * size.descriptor + descriptor.base

        .segment kernel
main:   li      r1, segment(table)
        li      r2, segment(map)
        call    make_paged
        la      c1, table
        la      c3, map
        ld      r3, [c3]
        li      r1, 1 << 40 | page.present | page.used | page.writable | page.modified
        st      r1, [c3]
        ld      r2, [c1]
        st      r2, [c1]
        st      r3, [c3]
        li      r1, 16 << 20 | page.present | page.used ; the first page behind the memory
        st      r1, [c3 + 8]
        li      r2, 0x1000
        ld      r2, [c1 + r2]
        li      r1, 16 << 20
        st      r1, [c14 + segment(table) * size.descriptor]
        ld      r2, [c1]
        la      c2, flat
        ld      r5, [c2]
        st      r1, [c14 + base]
        ld      r2, [c2]
        li      r1, -4096
        st      r1, [c14 + base]
        ld      r2, [c2]
        trap    done
