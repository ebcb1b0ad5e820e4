; The pages of a guest have the label of its host's segment to the host, which binds the guest as it
; binds the host: below ring 0 a label that may be read and not written denies the guest its stores,
; and one that may not be read denies it everything.
; conformance 36 28
; given depth 8
; exit memory to 0
; exit memory to 0
; exit power to 0
; r5 = 0x5000
; r6 = 1
; r7 = 4
; r8 = 0
; r9 = 0
; r10 = 4
; r16 = 3

        .include "../include/start.s"
        .include "../include/nest.s"

        .segment leaf, rx, rings(0, 0, 0)
leaf:   ld      r1, [c6]
        add     r1, r1, 3
        st      r1, [c6]
        power_off r1

        .segment host, rx
        trap    98

        .segment window, rw, hold, rings(4, 4, 4), length(arena_size)

; Runs the guest, and gives where and how it was denied a page, at which ring.

        .macro  denied offset, kind, ring
        vmrun   c1, c9, c3
        ld      r2, [c1 + machine.exit_trap + trap.cause]
        li      r3, cause.label
        bne     r2, r3, differs
        ld      \offset, [c1 + machine.exit_trap + trap.offset]
        ld      \kind, [c1 + machine.exit_trap + trap.kind]
        ld      \ring, [c1 + machine.exit_trap + trap.ring]
        .endm

        .segment kernel
        .proc   main
        li      r1, 1
        call    nest
        ld      r1, [c14 + segment(arena) * size.descriptor + descriptor.base]
        st      r1, [c14 + segment(window) * size.descriptor + descriptor.base]
        cadd    c11, c14, segment(window) * size.descriptor
        li      r1, 7
        stb     r1, [c11 + descriptor.label]
        li      r1, segment(window) << 32 | ring4
        li      r2, all_rights | arena_size << limit_shift
        mint    c9, r1, r2

        li      r1, ~(1 << 7)
        setctl  write0, r1
        denied  r5, r6, r7
        setctl  read0, r1
        denied  r8, r9, r10
        li      r1, -1
        setctl  read0, r1
        setctl  write0, r1
        vmrun   c1, c9, c3
        ld      r16, [c1 + machine.exit_operands]
        trap    done
differs:
        trap    wrong
        .endproc
