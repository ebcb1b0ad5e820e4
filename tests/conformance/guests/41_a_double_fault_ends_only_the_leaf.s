; A guest whose trap cannot be delivered ends; its host, told of that trap, goes on, runs another in its
; place, and nobody further out hears of it.
; conformance 41
; given depth 8
; exit double_fault to 2
; exit power to 2
; exit power to 1
; exit power to 0
; r5 = 0x15

        .include "../include/start.s"
        .include "../include/nest.s"

        .segment leaf, rx, rings(0, 0, 0)
leaf:   beqz    r16, fails
        power_off r16
fails:  div     r1, r1, r0

        .segment host, rx, rings(0, 0, 0)
host:   vmrun   c1, c2, c3
        ld      r1, [c1 + machine.exit_reason]
        beq     r1, exit.power, ended
        ld      r2, [c1 + machine.exit_trap + trap.cause]
        st      r2, [c1 + machine.context + context.r + 16 * 8]
        li      r2, in_text << 32
        st      r2, [c1 + machine.context + context.pc]
        j       host
ended:  ld      r1, [c1 + machine.exit_operands]
        power_off r1

        .segment kernel
main:   li      r1, 3
        call    nest
        vmrun   c1, c2, c3
        ld      r5, [c1 + machine.exit_operands]
        trap    done
