; Pages filled with any byte are blocks: each comes to an end that its host is told of, within its
; budget, and a host inside comes to the same ends as the one outside.
; conformance 37 39
; given depth 8
; traps 0
; exits 105
; r16 = 52
; r17 = 0x8528
; r18 = 0

        .include "../include/start.s"
        .include "../include/nest.s"

        .segment leaf, rx, rings(0, 0, 0)
leaf:   trap    98

; For every fifth byte a block full of it, but for the budget: how many exited,
; and a sum of the reasons. Both are compared between the levels.

        .macro  try_all block, window, devices
        li      r16, 0
        li      r17, 0
        li      r9, 0
each:   cmov    c9, \block
        li      r3, 4096
        fill    c9, r9, r3
        li      r1, 64
        st      r1, [\block + machine.budget]
        st      zero, [\block + machine.clock]
        vmrun   \block, \window, \devices
        ld      r1, [\block + machine.exit_reason]
        sltu    r2, r0, r1
        add     r16, r16, r2
        mul     r17, r17, 3
        add     r17, r17, r1
        and     r17, r17, 0xffff
        add     r9, r9, 5
        li      r2, 256
        blt     r9, r2, each
        .endm

        .segment host, rx, rings(0, 0, 0)
host:   try_all c1, c2, c3
        shl     r16, r16, 16
        or      r1, r16, r17
        power_off r1

        .segment kernel
        .proc   main
        li      r1, 2
        call    nest
        vmrun   c1, c2, c3
        ld      r18, [c1 + machine.exit_operands]
        try_all c1, c2, c3
        shl     r1, r16, 16
        or      r1, r1, r17
        sub     r18, r18, r1
        trap    done
        .endproc
