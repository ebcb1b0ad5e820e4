; Where every host emulates the console by its own, one write from three deep exits three times, and
; each host finds slot, operation, count and buffer in its record.
; conformance 33
; given depth 8
; console "abc"
; exit device to 2
; exit device to 1
; exit device to 0
; exit power to 2
; exit power to 1
; exit power to 0
; r5 = 3
; r6 = 0x200
; r7 = 3
; r8 = 0x15004
; r9 = 3
; r10 = 0

        .include "../include/start.s"
        .include "../include/nest.s"

        .segment leaf, rx, rings(0, 0, 0)
leaf:   li      r1, 'a' | 'b' << 8 | 'c' << 16
        stw     r1, [c6 + 4]
        cadd    c9, c6, 4
        li      r2, 3
        cbound  c9, c9, r2
        io      r2, c5, c9, write
        power_off r2

        .segment host, rx, rings(0, 0, 0)
host:   vmrun   c1, c2, c3
        ld      r1, [c1 + machine.exit_reason]
        bne     r1, exit.device, ended
        ld      r2, [c1 + machine.exit_operands]        ; the count,
        ld      r3, [c1 + machine.exit_extents]         ; the buffer
        ld      r4, [c1 + machine.exit_extents + 8]
        cadd    c9, c2, r3
        cbound  c9, c9, r4
        io      r2, c5, c9, write
        st      r2, [c1 + machine.context + context.r + 2 * 8]
        ld      r2, [c1 + machine.exit_next]
        st      r2, [c1 + machine.context + context.pc]
        li      r2, 1
        st      r2, [c1 + machine.complete]
        j       host
ended:  ld      r1, [c1 + machine.exit_operands]
        power_off r1

        .segment kernel
main:   li      r1, 3
        call    nest
        stc     c0, [c3]                ; the console is not passed through
        stc     c0, [c2]
        st      zero, [c2 + at_devices]
        st      zero, [c2 + at_devices + machine_size]
        vmrun   c1, c2, c3
        ld      r6, [c1 + machine.exit_device]
        ld      r7, [c1 + machine.exit_operands]
        ld      r8, [c1 + machine.exit_extents]
        ld      r9, [c1 + machine.exit_extents + 8]
        ld      r10, [c1 + machine.exit_level]
        cadd    c9, c2, r8
        cbound  c9, c9, r9
        la      c5, console
        mov     r2, r7
        io      r2, c5, c9, write
        st      r2, [c1 + machine.context + context.r + 2 * 8]
        ld      r2, [c1 + machine.exit_next]
        st      r2, [c1 + machine.context + context.pc]
        li      r2, 1
        st      r2, [c1 + machine.complete]
        vmrun   c1, c2, c3
        ld      r5, [c1 + machine.exit_operands]
        trap    done
