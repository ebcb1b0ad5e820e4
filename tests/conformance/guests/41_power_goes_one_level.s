; A guest that switches itself off ends, with its status, one step after which no more come; its hosts
; run on.
; conformance 41
; given depth 8
; exit power to 2
; exit power to 1
; exit power to 0
; r5 = 7
; r6 = 2
; r7 = 4

        .include "../include/start.s"
        .include "../include/nest.s"

        .segment leaf, rx, rings(0, 0, 0)
leaf:   li      r1, 4
        power_off r1
        trap    98

        .segment host, rx, rings(0, 0, 0)
host:   vmrun   c1, c2, c3
        ld      r1, [c1 + machine.exit_operands]
        add     r1, r1, r20
        power_off r1

        .segment kernel
main:   li      r1, 3
        call    nest
        vmrun   c1, c2, c3
        ld      r5, [c1 + machine.exit_operands]
        li      r1, machine_size + at_block
        cadd    c9, c2, r1              ; the block of machine 3
        ld      r6, [c9 + machine.clock]
        ld      r7, [c9 + machine.exit_operands]
        trap    done
