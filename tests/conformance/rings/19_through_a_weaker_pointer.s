; What is loaded has at least the ring of the pointer it was loaded through, in an exchange and a
; copy too.
; conformance 19
; c2 = own[0x0..0x40] rwlsm ring 3 cursor 0
; c3 = own[0x0..0x40] rwlsm ring 0 cursor 0
; c4 = own[0x0..0x40] rwlsm ring 3 cursor 0
; granule own+32 = own[0x0..0x40] rwlsm ring 3 cursor 0
; r3 = 0

        .include "../include/start.s"
        .segment own, rw, hold, rings(0, 3, 3)
own:    .space  64
        .segment outer, rw, hold, rings(3, 3, 3)
outer:  .space  16

        .segment kernel
main:   la      c1, own
        stc     c1, [c1]
        cring   c5, c1, 3
        ldc     c2, [c5]
        ldc     c3, [c1]
        cadd    c6, c1, 32
        li      r3, 16
        copy    c6, c5, r3
        la      c5, outer
        stc     c1, [c5]
        swapc   c4, c0, [c5]
        trap    done
