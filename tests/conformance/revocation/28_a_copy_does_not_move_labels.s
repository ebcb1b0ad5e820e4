; What is copied takes the label of the place it comes to, so copying up is no way to bring it down
; again.
; conformance 28
; trap label through c1 at low+0 ring 4 write 16
; label high = 2
; memory high = 16 of 11
; memory low = 16 of 11

        .include "../include/start.s"
        .segment levels, rw, rings(4, 4, 4)
low:    .space  16, 0x11
high:   .space  16, 0x22

        .segment kernel
main:   la      c1, low
        la      c2, high
        cmov    c3, c1
        li      r1, 1
        li      r2, 16
        relabel c3, r1, r2
        cmov    c3, c2
        li      r1, 2
        li      r2, 16
        relabel c3, r1, r2
        cring   c1, c1, 4
        cring   c2, c2, 4
        cmov    c3, c1
        cmov    c4, c2
        li      r1, 1 << 2
        setctl  write0, r1
        li      r3, 16
        copy    c4, c3, r3
        li      r3, 16
        cmov    c4, c2
        copy    c1, c4, r3
        trap    done
