; A page that is in two segments is one page: what is stored by one is read by the other, tags and
; their loss included.
; conformance 27
; r5 = 0x55
; r6 = 1
; r7 = 0
; c4 = one[0x0..0x2000] rwlsm ring 0 cursor 0x1000

        .include "../include/start.s"
        .include "../include/pages.s"
        .segment one, rw, hold, rings(0, 0, 0), length(8192)
one:    .space  8192
        .segment map_one, rw, rings(0, 0, 0), length(4096)
        .segment two, rw, hold, rings(0, 0, 0), length(8192)
two:    .space  8192
        .segment map_two, rw, rings(0, 0, 0), length(4096)

        .segment kernel
main:   li      r1, segment(one)
        li      r2, segment(map_one)
        call    make_paged
        li      r1, segment(two)
        li      r2, segment(map_two)
        call    make_paged
        la      c1, map_one
        la      c2, map_two
        ld      r1, [c1 + 8]
        st      r1, [c2]                ; the second page of one is the first of two
        la      c1, one
        li      r1, 4096
        cadd    c1, c1, r1
        la      c2, two
        li      r1, 0x55
        st      r1, [c1 + 32]
        ld      r5, [c2 + 32]
        stc     c1, [c2]
        ldc     c4, [c1]
        cget    r6, c4, tag
        stb     r0, [c1 + 15]
        ldc     c3, [c2]
        cget    r7, c3, tag
        trap    done
