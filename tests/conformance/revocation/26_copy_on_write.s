; A store to a page that may not be written traps; the handler gives the segment a copy, and the
; store goes there.
; conformance 26
; trap page through c8 at table+8 ring 4 write 8
; r5 = 0x11
; r6 = 0x99
; r7 = 0x11
; memory table = 11 00 00 00 00 00 00 00 99 00 00 00 00 00 00 00

        .include "../include/start.s"
        .include "../include/pages.s"
        .segment table, rw, hold, rings(4, 4, 4)
table:  .dword  0x11, 0x11
        .space  4096 - 16
        .segment map, rw, rings(0, 0, 0), length(4096)
        .segment frame, rw, rings(0, 0, 0), length(4096)
        .segment original, rw, rings(4, 4, 4), length(4096)

        .segment kernel
main:   ld      r1, [c14 + segment(table) * size.descriptor]
        st      r1, [c14 + segment(original) * size.descriptor]
        li      r1, segment(table)
        li      r2, segment(map)
        call    make_paged
        la      c3, map
        ldb     r1, [c3]
        xor     r1, r1, page.writable | page.modified
        stb     r1, [c3]
        li      r1, mend
        setctl  entry, r1
        la      c8, table
        la      c9, original
        li      r1, outer + ring4
        call    descend

        .text
outer:  ld      r5, [c8 + 8]            ; reading it is no reason to copy
        li      r1, 0x99
        st      r1, [c8 + 8]
        ld      r6, [c8 + 8]
        ld      r7, [c9 + 8]            ; the page that it was is as it was
        trap    done

        .segment kernel
        .proc   mend
        ld      r3, [sp + size.context + trap.cause]
        bne     r3, r0 + cause.page, other
        la      c1, frame
        li      r1, table
        li      r2, reads | loads | mutable | everything
        mint    c2, r1, r2
        movepage c1, c2
        li      r1, abi.segment_descriptors << 32
        mint    c2, r1, r2
        ld      r1, [c2 + segment(frame) * size.descriptor]
        or      r1, r1, page.present | page.used | page.writable | page.modified
        la      c1, map
        st      r1, [c1]
        resume
other:  j       handler
        .endproc
