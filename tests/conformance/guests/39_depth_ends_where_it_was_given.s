; Each machine may nest one less than its host; where no depth is left, `vmrun` traps in that machine,
; before it looks at anything else.
; conformance 39
; given depth 3
; exit double_fault to 2
; exit double_fault to 1
; exit double_fault to 0
; r5 = 23
; r6 = 98
; r7 = 22

        .include "../include/start.s"
        .include "../include/nest.s"
        .include "../include/passing_host.s"

        .segment leaf, rx, rings(0, 0, 0)
leaf:   power_off r1                    ; is never reached

        .segment kernel
main:   li      r1, 4
        call    nest
        vmrun   c1, c2, c3
        ld      r5, [c1 + machine.exit_trap + trap.cause]
        ld      r6, [c1 + machine.exit_trap + trap.offset]
        li      r1, machine_size + at_block
        cadd    c9, c2, r1              ; the block of machine 3
        ld      r7, [c9 + machine.exit_trap + trap.cause]
        trap    done
