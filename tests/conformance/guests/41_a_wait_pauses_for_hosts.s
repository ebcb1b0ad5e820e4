; While a guest idles to its own deadline, the timer of a host further out comes in time, and so does the
; budget; the wait goes on and ends at its deadline.
; conformance 41 30 39
; given depth 8
; trap interrupt at 16 ring 0
; exit budget to 0
; exit power to 1
; exit power to 0
; r5 = 60
; r6 = 80
; r7 = 101

        .include "../include/start.s"
        .include "../include/nest.s"
        .include "../include/passing_host.s"

        .segment leaf, rx, rings(0, 0, 0)
leaf:   li      r2, 1 << 16
        setctl  lines, r2
        li      r2, 100
        setctl  timer, r2
        wfi
        clock   r1
        power_off r1

        .segment kernel
main:   li      r1, 2
        call    nest
        li      r1, 1 << 16
        setctl  lines, r1
        li      r1, 80
        st      r1, [c1 + machine.budget]
        cpc     c13, early
        setctl  masked, r0
        clock   r1
        add     r1, r1, 63              ; three steps before the guest begins
        setctl  timer, r1
        vmrun   c1, c2, c3
early:  ld      r5, [c1 + machine.clock]
        vmrun   c1, c2, c3
        ld      r6, [c1 + machine.clock]
        st      zero, [c1 + machine.budget]
        vmrun   c1, c2, c3
        ld      r7, [c1 + machine.exit_operands]
        trap    done
