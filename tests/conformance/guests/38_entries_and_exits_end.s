; Three hosts that take every entry and exit of deeper guests, and let each proceed, see so many and no
; more: the guest four deep comes to its end as if nobody looked.
; conformance 38 33
; given depth 8
; exits 121
; r5 = 3
; r6 = 3

        .include "../include/start.s"
        .include "../include/nest.s"

        .segment leaf, rx, rings(0, 0, 0)
leaf:   clock   r1
        clock   r1
        clock   r1
        add     r1, r1, 1
        power_off r1

; The innermost host takes `clock`, and those outside it what passes between
; machines.

        .segment host, rx, rings(0, 0, 0)
host:   bne     r21, 1, outside
        li      r1, intercept.clock
        st      r1, [c1 + machine.intercept_instructions]
        j       again
outside:
        li      r1, 3
        st      r1, [c1 + machine.intercept_guests]
again:  vmrun   c1, c2, c3
        ld      r1, [c1 + machine.exit_reason]
        beq     r1, exit.power, ended
        li      r1, 1
        st      r1, [c1 + machine.proceed]
        j       again
ended:  ld      r1, [c1 + machine.exit_operands]
        power_off r1

        .segment kernel
main:   li      r1, 4
        call    nest
        li      r1, 3
        st      r1, [c1 + machine.intercept_guests]
next:   vmrun   c1, c2, c3
        ld      r1, [c1 + machine.exit_reason]
        beq     r1, exit.power, over
        li      r1, 1
        st      r1, [c1 + machine.proceed]
        j       next
over:   ld      r5, [c1 + machine.exit_operands]
        cadd    c9, c2, 2 * machine_size
        ld      r6, [c9 + at_block + machine.clock]
        sub     r6, r6, 2
        trap    done
