; A page word that is changed by a store, a copy, an exchange or a device holds for the very next
; access.
; conformance 27
; trap page through c1 at table+0 ring 0 read 8
; trap page through c1 at table+0 ring 0 write 8
; trap page through c1 at table+0 ring 0 read 8
; trap page through c1 at table+0 ring 0 read 8
; r5 = 0x11
; r6 = 0x22
; r7 = 0x11
; r8 = 0x22
; r9 = 0x11

        .include "../include/start.s"
        .include "../include/pages.s"
        .segment table, rw, rings(0, 0, 0), length(8192)
table:  .dword  0x11
        .space  4096 - 8
        .dword  0x22
        .space  4096 - 8
        .segment map, rw, rings(0, 0, 0), length(4096)

        .segment kernel
        .proc   main
        li      r1, segment(table)
        li      r2, segment(map)
        call    make_paged
        li      r1, table
        li      r2, reads | writes | 8192 << limit_shift
        mint    c1, r1, r2
        la      c3, map
        ld      r10, [c3]
        ld      r11, [c3 + 8]

        ld      r5, [c1]
        st      r11, [c3]
        ld      r6, [c1]
        st      r10, [c3]
        st      r10, [c3 + 8]
        li      r1, 4096
        ld      r7, [c1 + r1]           ; both pages are one now
        st      r11, [c3 + 8]

        stb     r0, [c3]
        ld      r1, [c1]
        st      r10, [c3]
        xor     r1, r10, page.modified
        stb     r1, [c3]
        ld      r1, [c1]
        st      r1, [c1]
        st      r10, [c3]
        st      r1, [c1]

        cadd    c4, c3, 8
        cmov    c5, c3
        li      r1, 8
        copy    c5, c4, r1
        ld      r8, [c1]
        swap    r1, r10, [c3]
        ld      r9, [c1]
        li      r1, 8
        cmov    c5, c3
        fill    c5, r0, r1
        ld      r1, [c1]
        st      r10, [c3]
        ld      r1, [c1]
        la      c4, entropy
        li      r1, 1
        io      r1, c4, c3, read        ; 0x5a: not present
        ld      r1, [c1]
        trap    done
        .endproc
