; Machines that run guests for ever, four deep, each of which fails at once and is run again, stop at
; the budget of the outermost, to the step.
; conformance 39 41
; given depth 8
; exits 101
; r5 = 6
; r6 = 200

        .include "../include/start.s"
        .include "../include/nest.s"

        .segment leaf, rx, rings(0, 0, 0)
leaf:   vmrun   c1, c2, c3
        j       leaf
        .segment host, rx, rings(0, 0, 0)
host:   vmrun   c1, c2, c3
        j       host

        .segment kernel
main:   li      r1, 3
        call    nest
        li      r1, 200
        st      r1, [c1 + machine.budget]
        vmrun   c1, c2, c3
        ld      r5, [c1 + machine.exit_reason]
        ld      r6, [c1 + machine.clock]
        trap    done
