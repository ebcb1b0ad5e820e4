; A guest's clock begins at any number that its host likes, and goes round; the host's timer comes when it
; is due all the same.
; conformance 39 30
; given depth 8
; given steps 10000
; trap interrupt at 16 ring 0
; r5 = 46

        .include "../include/start.s"
        .include "../include/nest.s"

        .segment leaf, rx, rings(0, 0, 0)
leaf:   j       leaf

        .segment host, rx, rings(0, 0, 0)
host:   j       host

        .segment kernel
main:   li      r1, 1
        call    nest
        li      r1, -8
        st      r1, [c1 + machine.clock]
        li      r1, 1 << 16
        setctl  lines, r1
        cpc     c13, caught_it
        setctl  masked, r0
        clock   r1
        add     r1, r1, 57              ; three instructions, and 54 steps of the guest
        setctl  timer, r1
        vmrun   c1, c2, c3
caught_it:
        ld      r5, [c1 + machine.clock]
        trap    done
