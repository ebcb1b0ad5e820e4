; Checks of capability and descriptor that fail together are all reported, and the most urgent is
; the cause.
; conformance 18
; trap bounds+ring+mode through c1 at table+8 ring 5 write 16
; trap seal+permission+bounds+alignment+ring+mode+hold through c2 at table+0x21 ring 5 store_capability 16
; trap permission+bounds+alignment+generation+ring+mode+hold through c3 at table+0x11 ring 5 store_capability 16
; trap permission+ring+mode+device through c4 at table+0 ring 5 output 0
; trap permission+mode+ring through c5 at table+0 ring 5 jump 8
; trap tag through c6 at table+0 ring 0 read 8
; memory table = 16 of ee

        .include "../include/start.s"
        .segment table, r, rings(0, 0, 0)
table:  .space  16, 0xee

        .segment kernel
        .proc   main
        li      r1, table + ring5
        li      r2, reads | writes | 16 << limit_shift
        mint    c1, r1, r2
        cadd    c1, c1, 8
        li      r1, 16
        fill    c1, r0, r1

        li      r1, 4
        li      r2, permission.seal << 56 | 5 << limit_shift
        mint    c2, r1, r2
        cperm   c4, c1, permission.read
        cseal   c2, c4, c2
        stc     c14, [c2 + 25]

        li      r1, table + ring5 + (7 << 51)
        li      r2, reads | 16 << limit_shift
        mint    c3, r1, r2
        stc     c14, [c3 + 17]

        cseek   c4, c4, 0
        li      r1, 4
        io      r1, c4, c14, write

        cmov    c5, c4
        bnez    r0, next                ; never, but so what follows is reached
        jmpc    c5

next:   cuntag  c6, c5
        ld      r1, [c6]                ; all of it wrong, but no capability at all
        trap    done
        .endproc
