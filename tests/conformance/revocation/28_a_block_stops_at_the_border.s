; A copy, a fill and a comparison stop at the page in which the forbidden label is: nothing of that
; chunk is touched, and what came before is done.
; conformance 28 30
; trap label through c3 at table+0x1000 ring 4 write 4096
; trap label through c4 at table+0x1000 ring 4 write 4096
; trap label through c5 at table+0x1000 ring 4 read 4096
; r3 = 4096
; r4 = 4096
; r5 = 4096
; c3 = table[0x0..0x2000] rw ring 4 cursor 0x1000
; memory table+4080 = 16 of 77
; memory table+4096 = 4096 of ee

        .include "../include/start.s"
        .segment table, rw, rings(4, 4, 4), length(8192)
table:  .space  4096
        .space  4096, 0xee
        .segment source, rw, rings(4, 4, 4), length(8192)
source: .space  8192, 0x77

        .segment kernel
main:   li      r1, table
        li      r2, reads | writes | 8192 << limit_shift
        mint    c1, r1, r2
        cring   c2, c1, 4
        li      r1, 8192 - 16
        cadd    c1, c1, r1              ; the last granule of all
        li      r1, 5
        li      r2, 16
        relabel c1, r1, r2
        li      r1, ~(1 << 5)
        setctl  read0, r1
        setctl  write0, r1
        la      c6, source

        cadd    c4, c2, 2048
        cmov    c3, c2
        cmov    c8, c6
        li      r3, 8192
        copy    c3, c8, r3
        li      r2, 0x77
        li      r4, 6144
        fill    c4, r2, r4
        cmov    c5, c2
        li      r5, 8192
        cmov    c8, c6
        cmpb    c5, c8, r5
        trap    done
