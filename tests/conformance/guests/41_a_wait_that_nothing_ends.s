; A guest that waits with no timer exits, with its `wfi` not complete and no tick counted; told to wait
; again it exits again, and with a timer it idles to its deadline.
; conformance 41 30
; given depth 8
; exit wait to 0 times 2
; exit power to 0
; r5 = 1
; r6 = 1
; r7 = 8
; r8 = 50

        .include "../include/start.s"
        .include "../include/nest.s"

        .segment leaf, rx, rings(0, 0, 0)
leaf:   li      r2, 3
        wfi
        clock   r1
        power_off r1
        .segment host, rx
        trap    98

        .segment kernel
main:   li      r1, 1
        call    nest
        vmrun   c1, c2, c3
        ld      r5, [c1 + machine.clock]
        vmrun   c1, c2, c3
        ld      r6, [c1 + machine.clock]
        ld      r7, [c1 + machine.context + context.pc]
        li      r1, 0xffff
        and     r7, r7, r1
        li      r1, 1 << 16
        st      r1, [c1 + machine.process + process.lines]
        li      r1, 49
        st      r1, [c1 + machine.timer]
        vmrun   c1, c2, c3
        ld      r8, [c1 + machine.exit_operands]
        trap    done
