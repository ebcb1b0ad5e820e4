; The outermost host does an instruction of a guest three deep: it says `complete` in the block that its
; record names, and that machine's next step is all that is left of it.
; conformance 38
; given depth 8
; exit instruction to 0 from 3
; exit power to 2
; exit power to 1
; exit power to 0
; r5 = 778
; r6 = 3
; r7 = 0
; r8 = 0

        .include "../include/start.s"
        .include "../include/nest.s"
        .include "../include/passing_host.s"

        .segment leaf, rx, rings(0, 0, 0)
leaf:   clock   r1
        add     r1, r1, 1
        power_off r1

        .segment kernel
main:   li      r1, 3
        call    nest
        li      r1, intercept.clock
        st      r1, [c1 + machine.intercept_instructions]
        vmrun   c1, c2, c3
        ld      r4, [c1 + machine.exit_block]
        cadd    c9, c2, r4              ; the block of machine 3
        li      r1, 777
        st      r1, [c9 + machine.context + context.r + 1 * 8]
        ld      r1, [c1 + machine.exit_next]
        st      r1, [c9 + machine.context + context.pc]
        li      r1, 1
        st      r1, [c9 + machine.complete]
        vmrun   c1, c2, c3
        ld      r5, [c1 + machine.exit_operands]
        ld      r6, [c9 + machine.clock]
        ld      r7, [c9 + machine.complete]
        ld      r8, [c9 + machine.running]
        trap    done
