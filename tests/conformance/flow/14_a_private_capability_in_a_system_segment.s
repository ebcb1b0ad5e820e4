; A capability to a private segment that came into a system segment under another number is not
; loaded from there.
; conformance 14
; c2 = untagged own[0x0..0x10] rwlsm ring 0 cursor 0
; c3 = own[0x0..0x10] rwlsm ring 0 cursor 0

        .include "../include/start.s"
        .segment shared, rw, hold, system, rings(0, 0, 0)
shared: .space  16
        .segment own, rw, hold, rings(0, 0, 0)
own:    .space  16

        .segment kernel
main:   la      c1, own
        la      c4, shared
        stc     c1, [c1]
        ld      r1, [c14 + segment(own) * size.descriptor]
        st      r1, [c14 + segment(shared) * size.descriptor]
        ldc     c2, [c4]                ; the same memory, now under a number below 256
        ldc     c3, [c1]
        trap    done
