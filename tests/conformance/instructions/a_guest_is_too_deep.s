; A machine with no depth left, as its reset record says, traps when it runs a guest.
; conformance instructions
; trap depth ring 0
; r5 = 0

        .include "../include/start.s"
        .segment kernel
main:   la      c1, reset
        ld      r5, [c1 + reset.depth_left]
        vmrun   c1, c2, c3
        trap    done
