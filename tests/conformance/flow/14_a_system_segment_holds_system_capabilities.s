; A system segment holds capabilities to system segments and no other.
; conformance 14
; trap hold through c1 at shared+0 ring 0 store_capability 16
; trap hold through c1 at shared+0 ring 0 store_capability 16
; trap hold through c1 at shared+0 ring 0 store_capability 16
; granule shared = shared[0x0..0x20] rwlsm ring 0 cursor 0
; granule own = shared[0x0..0x20] rwlsm ring 0 cursor 0
; granule own+16 = own[0x0..0x20] rwlsm ring 0 cursor 0

        .include "../include/start.s"
        .segment shared, rw, hold, system, rings(0, 0, 0)
shared: .space  32
        .segment own, rw, hold, rings(0, 0, 0)
own:    .space  32

        .segment kernel
main:   la      c1, shared
        la      c2, own
        stc     c2, [c1]
        cadd    c3, c2, 16
        swapc   c4, c2, [c1]
        stc     sp, [c1]                ; stacks are private too
        stc     c1, [c1]
        stc     c1, [c2]                ; a private segment holds either
        stc     c2, [c2 + 16]
        trap    done
