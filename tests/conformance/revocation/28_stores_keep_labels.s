; A store leaves the label, of data and of capabilities, by a copy and a fill; `relabel` leaves
; bytes and tags.
; conformance 28
; label table = 7
; label table+16 = 7
; label table+32 = 7
; label table+48 = 0
; granule table = table[0x0..0x40] rwlsm ring 0 cursor 0
; memory table+16 = 99 00 00 00 00 00 00 00
; r5 = 0x701

        .include "../include/start.s"
        .segment table, rw, hold, rings(0, 0, 0)
table:  .space  64

        .segment kernel
main:   la      c1, table
        stc     c1, [c1]
        cmov    c2, c1
        li      r1, 7
        li      r2, 48
        relabel c2, r1, r2
        li      r1, 0x99
        st      r1, [c1 + 16]
        stc     c1, [c1 + 16]
        st      r1, [c1 + 16]
        cadd    c3, c1, 32
        cadd    c4, c1, 48
        li      r1, 16
        copy    c3, c4, r1
        cadd    c3, c1, 32
        li      r1, 16
        fill    c3, r0, r1
        ldtag   r5, [c1]
        trap    done
