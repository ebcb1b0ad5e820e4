; Nor can ring 0 be made to copy, fill, compare or transfer by a pointer of ring 4.
; conformance 19
; trap ring through c1 at secret+0 ring 4 write 16
; trap ring through c1 at secret+0 ring 4 write 16
; trap ring through c1 at secret+0 ring 4 read 16
; trap ring through c1 at secret+0 ring 4 read 16
; trap ring through c1 at secret+0 ring 4 write 16
; trap ring through c1 at secret+0 ring 4 read 16
; trap ring through c1 at secret+0 ring 4 read 8
; trap ring through c1 at secret+0 ring 4 write 16
; memory secret = 16 of 55
; memory own = 16 of 66

        .include "../include/start.s"
        .segment secret, rw, rings(0, 0, 0)
secret: .space  16, 0x55
        .segment own, rw, rings(0, 0, 0)
own:    .space  16, 0x66

        .segment kernel
main:   la      c1, secret
        cring   c1, c1, 4
        la      c2, own
        li      r3, 16
        copy    c1, c2, r3
        fill    c1, r0, r3
        copy    c2, c1, r3
        cmpb    c2, c1, r3
        la      c4, entropy
        li      r1, 16
        io      r1, c4, c1, read
        la      c4, console
        io      r1, c4, c1, write
        cas     r1, r2, [c1]
        relabel c1, r0, r3
        trap    done
