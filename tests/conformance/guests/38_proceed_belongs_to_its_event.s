; `proceed` is for the event of the exit record: where the guest is about to do something else, its host
; is asked anew.
; conformance 38
; given depth 8
; exit instruction to 0 times 2
; exit power to 0
; r5 = 6
; r6 = 8
; r7 = 16

        .include "../include/start.s"
        .include "../include/nest.s"

        .segment leaf, rx, rings(0, 0, 0)
leaf:   clock   r1
        clock   r2
        add     r3, r2, 6
        power_off r3
        .segment host, rx
        trap    98

        .segment kernel
main:   li      r1, 1
        call    nest
        li      r1, intercept.clock
        st      r1, [c1 + machine.intercept_instructions]
        vmrun   c1, c2, c3
        ld      r6, [c1 + machine.exit_next]
        and     r6, r6, 0xffff
        li      r1, in_text << 32 | 8
        st      r1, [c1 + machine.context + context.pc] ; on to the second
        li      r1, 1
        st      r1, [c1 + machine.proceed]
        vmrun   c1, c2, c3
        ld      r7, [c1 + machine.exit_next]
        and     r7, r7, 0xffff
        li      r1, 1
        st      r1, [c1 + machine.proceed]
        vmrun   c1, c2, c3
        ld      r5, [c1 + machine.exit_operands]
        trap    done
