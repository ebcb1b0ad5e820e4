; A timer of the outermost machine suspends the chain at every fifth step of a nest in which events are let
; proceed and completed: each time the guest comes to the same end at the same clock.
; conformance 38 40 30
; given depth 8
; traps 24
; exits 168
; r16 = 24
; r17 = 2
; r18 = 6

        .include "../include/start.s"
        .include "../include/nest.s"

        .segment leaf, rx, rings(0, 0, 0)
leaf:   clock   r1
        clock   r2
        st      r2, [c6]
        ld      r2, [c6]
        add     r1, r2, r1
        power_off r1

; Machine 2 lets what it is told of proceed; machine 1, when that comes to it,
; completes it with a clock of its own making.

        .segment host, rx, rings(0, 0, 0)
host:   li      r1, intercept.clock
        st      r1, [c1 + machine.intercept_instructions]
again:  vmrun   c1, c2, c3
        ld      r1, [c1 + machine.exit_reason]
        beq     r1, exit.power, ended
        li      r1, 1
        beq     r20, 1, completes
        st      r1, [c1 + machine.proceed]
        j       again
completes:
        ld      r4, [c1 + machine.exit_block]
        cadd    c9, c2, r4
        ld      r3, [c1 + machine.exit_instruction]
        shr     r3, r3, 8
        and     r3, r3, 31
        shl     r3, r3, 3
        st      r1, [c9 + r3 + machine.context + context.r]
        ld      r3, [c1 + machine.exit_next]
        st      r3, [c9 + machine.context + context.pc]
        st      r1, [c9 + machine.complete]
        j       again
ended:  ld      r1, [c1 + machine.exit_operands]
        power_off r1

        .segment kernel
        .proc   main
        li      r16, 0                  ; how many came to the same
        li      r19, 0
each:   li      r1, 3
        call    nest
        li      r1, 1 << 16
        setctl  lines, r1
        setctl  masked, r0
        clock   r1
        add     r1, r1, r19
        add     r1, r1, 3
        setctl  timer, r1
        vmrun   c1, c2, c3
late:   getctl  r1, timer               ; the interrupt clears it
        bnez    r1, late
        ld      r17, [c1 + machine.exit_operands]
        li      r1, machine_size + at_block
        cadd    c9, c2, r1
        ld      r18, [c9 + machine.clock]
        bne     r17, 2, differs
        bne     r18, 6, differs
        add     r16, r16, 1
differs:
        li      r3, arena_size
        reclaim c2, r3
        add     r19, r19, 5
        blt     r19, 120, each
        trap    done
        .endproc
