; A byte that a host writes takes the tag of the guest's capability, at each level, and leaves the
; neighbours' alone.
; conformance 35 1
; given depth 8
; exit wait to 2
; exit wait to 1
; exit wait to 0
; exit power to 2
; exit power to 1
; exit power to 0
; r5 = 0x8

        .include "../include/start.s"
        .include "../include/nest.s"

; Four capabilities; the hosts 0, 1 and 2 write into the first three.

        .segment leaf, rx, rings(0, 0, 0)
leaf:   reach   c9, in_far
        li      r4, 0
each:   cadd    c10, c6, r4
        stc     c9, [c10]
        add     r4, r4, 16
        blt     r4, 64, each
        wfi                             ; the hosts' turn
        li      r1, 0
        li      r4, 0
look:   shl     r5, r4, 4
        cadd    c10, c6, r5
        ldc     c10, [c10]
        cget    r5, c10, tag
        shl     r5, r5, r4
        or      r1, r1, r5
        add     r4, r4, 1
        blt     r4, 4, look
        power_off r1

        .segment host, rx, rings(0, 0, 0)
host:   li      r16, 0
again:  vmrun   c1, c2, c3
        ld      r2, [c1 + machine.exit_reason]
        beq     r2, exit.power, ended
        sub     r3, r21, 1
        mul     r3, r3, machine_size
        cadd    c9, c2, r3
        cadd    c9, c9, at_data
        shl     r4, r20, 4              ; the granule of this host's number
        stb     r4, [c9 + r4 + 5]
        wfi                             ; and now the next host
        ld      r4, [c1 + machine.exit_next]
        st      r4, [c1 + machine.context + context.pc]
        j       again
ended:  ld      r1, [c1 + machine.exit_operands]
        power_off r1

        .segment kernel
main:   li      r1, 3
        call    nest
        vmrun   c1, c2, c3
        li      r4, 2 * machine_size + at_data
        cadd    c9, c2, r4
        stb     r4, [c9 + 5]
        ld      r4, [c1 + machine.exit_next]
        st      r4, [c1 + machine.context + context.pc]
        vmrun   c1, c2, c3
        ld      r5, [c1 + machine.exit_operands]
        trap    done
