; The capabilities that a guest mints to all of its memory are data to its hosts, at every depth, and
; capabilities to itself.
; conformance 35
; given depth 8
; exit power to 2
; exit power to 1
; exit power to 0
; r5 = 0x10
; r6 = 0
; c9 = untagged #6[0x0..0x1000] rwlsm ring 0 cursor 0
; owner arena+0x15000 = 3

        .include "../include/start.s"
        .include "../include/nest.s"

; What a guest is off with is the number of tags that its hosts have found, and 16
; if it found its own.

        .segment leaf, rx, rings(0, 0, 0)
leaf:   reach   c9, in_window
        stc     c9, [c6]
        stc     c9, [c8 + 64]
        ldc     c10, [c6]
        csame   r1, c9, c10
        shl     r1, r1, 4
        power_off r1

        .segment host, rx, rings(0, 0, 0)
host:   vmrun   c1, c2, c3
        ld      r1, [c1 + machine.exit_operands]
        sub     r3, r21, 1
        mul     r3, r3, machine_size
        cadd    c9, c2, r3
        ldc     c10, [c9 + at_data]
        cget    r4, c10, tag
        add     r1, r1, r4
        ldc     c10, [c9 + at_far + 64]
        cget    r4, c10, tag
        add     r1, r1, r4
        power_off r1

        .segment kernel
main:   li      r1, 3
        call    nest
        vmrun   c1, c2, c3
        ld      r5, [c1 + machine.exit_operands]
        cadd    c10, c2, 2 * machine_size
        ldc     c9, [c10 + at_data]
        ldc     c11, [c10 + at_far + 64]
        cget    r6, c11, tag
        trap    done
