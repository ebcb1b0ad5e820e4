; A capability that lay where ring 4 can write is ring 4's when ring 0 loads it, whoever put it
; there.
; conformance 19
; trap ring through c2 at secret+0 ring 4 read 8
; c2 = secret[0x0..0x10] rw ring 4 cursor 0
; c3 = shared[0x0..0x20] rwlsm ring 4 cursor 0
; c4 = secret[0x0..0x10] rw ring 0 cursor 0

        .include "../include/start.s"
        .segment secret, rw, rings(0, 0, 0)
secret: .space  16
        .segment shared, rw, hold, rings(4, 4, 4)
shared: .space  32
        .segment own, rw, hold, rings(0, 0, 0)
own:    .space  16

        .segment kernel
main:   la      c1, shared
        la      c4, secret
        stc     c4, [c1]                ; ring 0 leaves a capability of its own out there
        ldc     c2, [c1]
        ld      r1, [c2]
        cring   c3, c1, 4
        stc     c3, [c1 + 16]
        ldc     c3, [c1 + 16]
        la      c1, own
        stc     c4, [c1]                ; and one where no other ring can write
        ldc     c4, [c1]
        trap    done
