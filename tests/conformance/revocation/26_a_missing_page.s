; A use of a page that is not there traps; once it is, the same instruction succeeds, and counts
; once.
; conformance 26 31
; trap page through c8 at table+0x1000 ring 4 write 8
; trap page through c8 at table+0 ring 4 read 16
; r5 = 0x123456789
; r6 = 16

        .include "../include/start.s"
        .include "../include/pages.s"
        .segment table, rw, rings(4, 4, 4), length(8192)
table:  .dword  0x123456789
        .space  8192 - 8
        .segment map, rw, rings(0, 0, 0), length(4096)

        .segment kernel
main:   li      r1, segment(table)
        li      r2, segment(map)
        call    make_paged
        la      c3, map
        ldb     r1, [c3]
        xor     r1, r1, page.present
        stb     r1, [c3]
        stb     r1, [c3 + 8]
        li      r1, mend
        setctl  entry, r1
        la      c8, table
        li      r1, outer + ring4
        call    descend

        .text
outer:  li      r1, 0x1000
        clock   r6
        st      r1, [c8 + r1]
        clock   r7
        sub     r6, r7, r6              ; the clock, the trap, 13 steps to mend it, the store
        ldc     c1, [c8]
        cget    r5, c1, low
        trap    done

; Makes the page of the trap present.

        .segment kernel
        .proc   mend
        li      r1, map                                         ; 2 steps
        li      r2, reads | writes | everything                 ; 2
        mint    c1, r1, r2
        ld      r3, [sp + size.context + trap.cause]
        bne     r3, r0 + cause.page, other
        ld      r3, [sp + size.context + trap.offset]
        shr     r3, r3, 12
        ldb     r4, [c1 + r3 << 3]
        or      r4, r4, page.present
        stb     r4, [c1 + r3 << 3]
        resume
other:  j       handler
        .endproc
