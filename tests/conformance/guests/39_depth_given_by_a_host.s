; A host may give its guest less depth than it has itself, and never more.
; conformance 39
; given depth 2
; exit double_fault to 1
; exit double_fault to 0
; exit double_fault to 0
; r16 = 22
; r6 = 22

        .include "../include/start.s"
        .include "../include/nest.s"
        .include "../include/passing_host.s"

        .segment leaf, rx, rings(0, 0, 0)
leaf:   vmrun   c1, c2, c3              ; a third, though 64 were given
        .segment kernel
main:   li      r1, 2
        call    nest
        vmrun   c1, c2, c3
        ld      r16, [c2 + at_block + machine.exit_trap + trap.cause]
        li      r3, arena_size
        reclaim c2, r3
        li      r1, 2
        call    nest
        st      zero, [c1 + machine.depth_given]
        vmrun   c1, c2, c3
        ld      r6, [c1 + machine.exit_trap + trap.cause]
        trap    done
