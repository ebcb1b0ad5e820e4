; A fill that meets a missing page in its midst goes on from there once it is mended; what was
; filled before is not filled again.
; conformance 26 30
; trap page through c8 at table+0x1000 ring 4 write 4096
; r5 = 0x77
; r7 = 0x1234
; r6 = 0x77
; r3 = 0
; c8 = table[0x0..0x2000] rw ring 4 cursor 0x2000

        .include "../include/start.s"
        .include "../include/pages.s"
        .segment table, rw, rings(4, 4, 4), length(8192)
table:  .space  8192
        .segment map, rw, rings(0, 0, 0), length(4096)

        .segment kernel
main:   li      r1, segment(table)
        li      r2, segment(map)
        call    make_paged
        la      c3, map
        ldb     r1, [c3 + 8]
        xor     r1, r1, page.present
        stb     r1, [c3 + 8]
        li      r1, mend
        setctl  entry, r1
        la      c8, table
        li      r1, outer + ring4
        call    descend

        .text
outer:  cmov    c9, c8
        li      r3, 8192
        li      r2, 0x77
        fill    c8, r2, r3
        ldb     r5, [c9 + 8]
        ldh     r7, [c9]
        li      r1, 8191
        ldb     r6, [c9 + r1]
        trap    done

; Mends, and marks the page that was filled before.

        .segment kernel
        .proc   mend
        ld      r3, [sp + size.context + trap.cause]
        bne     r3, r0 + cause.page, other
        la      c1, map
        ldb     r1, [c1 + 8]
        or      r1, r1, page.present
        stb     r1, [c1 + 8]
        la      c1, table
        li      r1, 0x1234
        sth     r1, [c1]
        resume
other:  j       handler
        .endproc
