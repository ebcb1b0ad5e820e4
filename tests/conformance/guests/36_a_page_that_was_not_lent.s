; A page that a host has not lent is denied to all that is in its guest: the host is told, with its own
; address, and nothing has happened; with the page it goes on.
; conformance 36
; given depth 8
; exit memory to 0 from 3
; exit memory to 1 from 3
; exit power to 2
; exit power to 1
; exit power to 0
; r5 = 5
; r6 = 17
; r7 = 0x15000
; owner arena+0x15000 = 3

        .include "../include/start.s"
        .include "../include/nest.s"

        .segment leaf, rx, rings(0, 0, 0)
leaf:   li      r1, 5
        st      r1, [c6 + 8]
        ld      r1, [c6 + 8]
        power_off r1

; A host whose guest is denied something lends the page, which is its own.

        .segment host, rx, rings(0, 0, 0)
host:   vmrun   c1, c2, c3
        ld      r1, [c1 + machine.exit_reason]
        beq     r1, exit.power, ended
        ld      r1, [c1 + machine.exit_trap + trap.offset]
        and     r1, r1, -4096
        cadd    c9, c2, r1
        li      r1, 4096
        cmov    c10, c9
        lend    c10, r1
        li      r1, 2 << 16             ; and it is two levels further in
        sttag   r1, [c9]
        j       host
ended:  ld      r1, [c1 + machine.exit_operands]
        power_off r1

        .segment kernel
        .proc   main
        .equ    page, 2 * machine_size + at_data
        li      r1, 3
        call    nest
        li      r16, page
        cadd    c9, c2, r16
        cmov    c10, c9
        li      r3, 4096
        reclaim c10, r3
        vmrun   c1, c2, c3
        ld      r6, [c1 + machine.exit_trap + trap.cause]
        ld      r7, [c1 + machine.exit_trap + trap.offset]
        cmov    c10, c9
        li      r3, 4096
        lend    c10, r3                 ; now it is machine 1's
        vmrun   c1, c2, c3
        ld      r5, [c1 + machine.exit_operands]
        trap    done
        .endproc
