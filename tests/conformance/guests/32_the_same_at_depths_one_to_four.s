; A computation with a timer every 37 steps comes to the same number at the same clock, with one, two,
; three or four machines around it.
; conformance 32
; given depth 8
; exits 10
; traps 40
; r16 = 4
; r17 = 0x19a13460
; r18 = 413

        .include "../include/start.s"
        .include "../include/nest.s"
        .include "../include/passing_host.s"

        .segment leaf, rx, rings(0, 0, 0)
leaf:   enter_traps_at tick
        li      r1, 1 << 16
        setctl  lines, r1
        li      r1, 37
        setctl  timer, r1
        setctl  masked, r0
        li      r5, 1
        li      r6, 0
step:   mul     r5, r5, 1103515245
        add     r5, r5, 12345
        and     r5, r5, 0x7fffffff
        st      r5, [c6 + r6]
        add     r6, r6, 16
        and     r6, r6, 0xfff
        clock   r1
        li      r2, 400
        blt     r1, r2, step
        setctl  masked, r2
        power_off r5
tick:   clock   r1
        add     r1, r1, 37
        setctl  timer, r1
        resume

        .segment kernel
        .proc   main
        li      r16, 0                  ; how many agree with the first
        li      r19, 1
each:   mov     r1, r19
        call    nest
        vmrun   c1, c2, c3
        ld      r1, [c1 + machine.exit_operands]
        bne     r19, 1, others
        mov     r17, r1
        ld      r18, [c1 + machine.clock]
others: cmov    c4, c1
        sub     r2, r19, 2
        blt     r2, 0, found
        mul     r2, r2, machine_size
        cadd    c4, c2, r2
        cadd    c4, c4, at_block        ; the block of the innermost
found:  ld      r2, [c4 + machine.clock]
        bne     r1, r17, differs
        bne     r2, r18, differs
        add     r16, r16, 1
differs:
        li      r3, arena_size
        reclaim c2, r3
        add     r19, r19, 1
        blt     r19, 5, each
        trap    done
        .endproc
