; A block is stored as data: a capability that its host has put there is one no more when the guest
; exits, and what the guest had in its registers is there as bits with a mask of tags.
; conformance 37 38
; given depth 8
; exit power to 0
; r5 = 1
; r6 = 0
; r7 = 0
; r8 = 0x1c17e
; c10 = untagged #6[0x0..0x48000] rwlsm ring 0 cursor 0

        .include "../include/start.s"
        .include "../include/nest.s"

        .segment leaf, rx, rings(0, 0, 0)
leaf:   power_off r1
        .segment host, rx
        trap    98

        .segment kernel
main:   li      r1, 1
        call    nest
        stc     c1, [c1 + machine.rest + 16]
        stc     c1, [c1 + machine.context + context.c + 9 * 16]
        ldc     c9, [c1 + machine.context + context.c + 9 * 16]
        cget    r5, c9, tag
        vmrun   c1, c2, c3
        ldc     c9, [c1 + machine.context + context.c + 9 * 16]
        cget    r6, c9, tag
        ldc     c9, [c1 + machine.rest + 16]
        cget    r7, c9, tag
        ld      r8, [c1 + machine.context + context.tags]
        ldc     c10, [c1 + machine.context + context.c + 2 * 16]
        trap    done
