; A trap that hosts intercept is offered from the innermost outward, before it is delivered; the
; outermost has another delivered in its place, in the machine that met it.
; conformance 38
; given depth 8
; exit trap to 1
; exit trap to 0 from 2
; trap divide at 55 ring 0 level 2
; exit power to 1
; exit power to 0
; r5 = 55
; r6 = 21
; r7 = 1

        .include "../include/start.s"
        .include "../include/nest.s"

        .segment leaf, rx, rings(0, 0, 0)
leaf:   enter_traps_at trapped
        li      r1, 1
        div     r1, r1, r0
        power_off r0
trapped:
        reach   c4, in_slots + abi.slot_power
        ld      r1, [sp + size.context + trap.offset]
        power_off r1

        .segment host, rx, rings(0, 0, 0)
host:   li      r1, 1 << cause.divide
        st      r1, [c1 + machine.intercept_traps]
again:  vmrun   c1, c2, c3
        ld      r1, [c1 + machine.exit_reason]
        beq     r1, exit.power, ended
        li      r1, 1
        st      r1, [c1 + machine.proceed]
        j       again
ended:  ld      r1, [c1 + machine.exit_operands]
        power_off r1

        .segment kernel
main:   li      r1, 2
        call    nest
        li      r1, 1 << cause.divide
        st      r1, [c1 + machine.intercept_traps]
        vmrun   c1, c2, c3
        ld      r6, [c1 + machine.exit_trap + trap.cause]
        ld      r7, [c1 + machine.exit_level]
        ld      r4, [c1 + machine.exit_block]
        cadd    c9, c2, r4
        cadd    c10, c9, machine.inject_trap
        cadd    c11, c1, machine.exit_trap
        li      r3, size.trap
        copy    c10, c11, r3
        li      r1, 55
        st      r1, [c9 + machine.inject_trap + trap.offset]
        li      r1, 1
        st      r1, [c9 + machine.inject]
        vmrun   c1, c2, c3
        ld      r5, [c1 + machine.exit_operands]
        trap    done
