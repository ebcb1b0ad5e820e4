; An instruction that all hosts intercept is shown to the innermost first; each lets it proceed to the
; next, and it happens when the outermost does. The next one is an event of its own.
; conformance 38
; given depth 8
; exit instruction to 2
; exit instruction to 1 from 3
; exit instruction to 0 from 3
; exit instruction to 2
; exit instruction to 1 from 3
; exit instruction to 0 from 3
; exit power to 2
; exit power to 1
; exit power to 0
; r5 = 1
; r6 = 2
; r7 = 0xa000

        .include "../include/start.s"
        .include "../include/nest.s"

        .segment leaf, rx, rings(0, 0, 0)
leaf:   clock   r1
        clock   r2
        sub     r1, r2, r1
        power_off r1

        .segment host, rx, rings(0, 0, 0)
host:   li      r1, intercept.clock
        st      r1, [c1 + machine.intercept_instructions]
again:  vmrun   c1, c2, c3
        ld      r1, [c1 + machine.exit_reason]
        beq     r1, exit.power, ended
        li      r1, 1
        st      r1, [c1 + machine.proceed]
        j       again
ended:  ld      r1, [c1 + machine.exit_operands]
        power_off r1

        .segment kernel
main:   li      r1, 3
        call    nest
        li      r1, intercept.clock
        st      r1, [c1 + machine.intercept_instructions]
        vmrun   c1, c2, c3
        ld      r6, [c1 + machine.exit_level]
        ld      r7, [c1 + machine.exit_block]
        li      r1, 1
        st      r1, [c1 + machine.proceed]
        vmrun   c1, c2, c3
        li      r1, 1
        st      r1, [c1 + machine.proceed]
        vmrun   c1, c2, c3
        ld      r5, [c1 + machine.exit_operands]
        trap    done
