; A guest that masks its interrupts and loops for ever keeps no host from its own: a timer of machine 1
; and one of machine 0 come exactly when they are due.
; conformance 39 30
; given depth 8
; trap interrupt at 16 ring 0 level 1
; trap interrupt at 16 ring 0
; exit budget to 0
; r5 = 100
; r6 = 300
; r7 = 191

        .include "../include/start.s"
        .include "../include/nest.s"

        .segment leaf, rx, rings(0, 0, 0)
leaf:   li      r1, 1
        setctl  masked, r1
stays:  j       stays

        .segment host, rx, rings(0, 0, 0)
host:   bne     r20, 1, runs
        enter_traps_at trapped
        li      r1, 1 << 16
        setctl  lines, r1
        li      r1, 100
        setctl  timer, r1
        setctl  masked, r0
runs:   vmrun   c1, c2, c3
trapped:
        clock   r1
        sub     r1, r1, 1               ; without its delivery
        reach   c6, in_data
        st      r1, [c6]
        setctl  timer, r0
        resume

        .segment kernel
main:   li      r1, 3
        call    nest
        clock   r16
        add     r1, r16, 200
        setctl  timer, r1
        li      r1, 1 << 16
        setctl  lines, r1
        setctl  masked, r0
        li      r1, 300
        st      r1, [c1 + machine.budget]
        cpc     c13, caught_it
        vmrun   c1, c2, c3
caught_it:
        ld      r7, [c1 + machine.clock]
        cpc     c13, over
        vmrun   c1, c2, c3
over:   ld      r5, [c2 + at_data]
        ld      r6, [c1 + machine.clock]
        trap    done
