; A console that every host passes on is written from four deep without an exit, and its ready line
; wakes the guest there.
; conformance 33
; given depth 8
; given input "!"
; console "deep!"
; trap interrupt at 0 ring 0 level 4
; exit power to 3
; exit power to 2
; exit power to 1
; exit power to 0
; r5 = 1

        .include "../include/start.s"
        .include "../include/nest.s"
        .include "../include/passing_host.s"

        .segment leaf, rx, rings(0, 0, 0)
leaf:   li      r1, 'd' | 'e' << 8 | 'e' << 16 | 'p' << 24
        st      r1, [c6]
        li      r1, 4
        io      r1, c5, c6, write
        enter_traps_at trapped
        li      r1, 1                   ; the console's line
        setctl  lines, r1
        wfi
        setctl  masked, r0
        power_off r16

trapped:
        li      r1, in_slots << 32
        li      r2, reads | writes | everything
        mint    c5, r1, r2
        li      r1, in_data << 32
        li      r2, reads | writes | 4096 << limit_shift
        mint    c6, r1, r2
        li      r2, 1
        io      r2, c5, c6, read
        mov     r3, r2
        io      r2, c5, c6, write
        setctl  lines, r0
        st      r3, [sp + context.r + 16 * 8]
        resume

        .segment kernel
main:   li      r1, 4
        call    nest
        vmrun   c1, c2, c3
        ld      r5, [c1 + machine.exit_operands]
        trap    done
