; A stack of ring 0 whose page is missing cannot take a frame, and the machine ends.
; conformance 29
; ends trap divide ring 0
; undelivered page through c15 at deep+0xda0 ring 0 write 608
; r5 = 1

        .include "../include/start.s"
        .include "../include/pages.s"
        .segment deep, rw, rings(0, 0, 0), length(4096)
deep:   .space  4096
        .segment map, rw, rings(0, 0, 0), length(4096)

        .segment kernel
main:   li      r1, segment(deep)
        li      r2, segment(map)
        call    make_paged
        la      c1, map
        st      r0, [c1]
        la      sp, deep
        li      r5, 4096
        cadd    sp, sp, r5
        li      r5, 1
        div     r5, r5, 0
