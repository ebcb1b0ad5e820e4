; A guest stops when its clock reaches its budget, exactly, also where it is a host and its guest's
; budget comes first or later; of two that come together the outer one is heard.
; conformance 39
; given depth 8
; exit budget to 0 times 3
; exit budget to 1
; exit budget to 2
; exit budget to 0
; exit budget to 0
; r5 = 1
; r6 = 2
; r7 = 50
; r8 = 90
; r9 = 30
; r10 = 100
; r11 = 108

        .include "../include/start.s"
        .include "../include/nest.s"

        .segment leaf, rx, rings(0, 0, 0)
leaf:   j       leaf

        .segment host, rx, rings(0, 0, 0)
host:   vmrun   c1, c2, c3
        ld      r1, [c1 + machine.budget]
        add     r1, r1, 1000
        st      r1, [c1 + machine.budget]
        j       host

        .macro  run_to budget, clock
        li      r1, \budget
        st      r1, [c1 + machine.budget]
        vmrun   c1, c2, c3
        ld      \clock, [c1 + machine.clock]
        .endm

        .segment kernel
        .proc   main
        li      r1, 3
        call    nest
        run_to  1, r5
        run_to  2, r6
        run_to  50, r7
        li      r1, machine_size + at_block
        cadd    c9, c2, r1              ; the block of machine 3,
        cadd    c10, c2, at_block       ; and of machine 2
        ld      r9, [c9 + machine.clock]
        sub     r9, r9, 20
        li      r1, 70                  ; 20 steps later
        st      r1, [c9 + machine.budget]
        st      r1, [c10 + machine.budget]
        run_to  100, r10
        ld      r8, [c9 + machine.clock]
        run_to  108, r11
        trap    done
        .endproc
