; A page of level 3 is absent in the maps of level 0 and of level 2 at once: each is told of its own
; on its `vmrun`, and the instruction of level 3 counts once.
; conformance 34 31
; given depth 8
; trap page through c2 at #6+0x5000 ring 0 read 4096 level 2
; trap page through c2 at arena+0x15000 ring 0 read 4096
; exit power to 2
; exit power to 1
; exit power to 0
; r5 = 1
; r6 = 4
; r7 = 1

        .include "../include/start.s"
        .include "../include/pages.s"
        .include "../include/nest.s"

        .segment leaf, rx, rings(0, 0, 0)
leaf:   li      r2, 1
        cadd    c9, c6, 32
        xadd    r3, r2, [c9]            ; the instruction that meets the holes
        ld      r1, [c6 + 32]
        clock   r2
        st      r2, [c6]
        power_off r1

        .segment host, rx, rings(0, 0, 0)
host:   vmrun   c1, c2, c3
        ld      r1, [c1 + machine.exit_operands]
        power_off r1
        .align  256
trapped:
        reach   c1, in_pages
        ld      r1, [sp + size.context + trap.offset]
        shr     r1, r1, 12
        shl     r1, r1, 3
        cadd    c1, c1, r1
        ld      r2, [c1]
        or      r2, r2, page.present
        st      r2, [c1]
        resume

        .segment map, rw, rings(0, 0, 0), length(4096)

        .segment kernel
        .proc   main
        .equ    outer, 2 * machine_size + at_data       ; of level 3, in the window of level 0
        li      r1, 3
        call    nest
        li      r1, in_text << 32 | 256
        st      r1, [c2 + at_block + machine.entry]     ; of level 2
        .equ    words, machine_size + at_pages
        li      r16, words              ; the page table of level 2
        cadd    c4, c2, r16
        ld      r1, [c4 + at_data / 4096 * 8]
        and     r1, r1, ~page.present
        st      r1, [c4 + at_data / 4096 * 8]
        cmov    c9, c1
        cmov    c10, c2
        cmov    c11, c3
        li      r1, segment(arena)
        li      r2, segment(map)
        call    make_paged              ; and that of level 0
        cmov    c1, c9
        cmov    c3, c11
        li      r1, segment(map) << 32
        li      r2, reads | writes | everything
        mint    c12, r1, r2
        ld      r1, [c12 + outer / 4096 * 8]
        and     r2, r1, ~page.present
        st      r2, [c12 + outer / 4096 * 8]
        cmov    c2, c10
        vmrun   c1, c2, c3
        ld      r7, [c1 + machine.running]              ; suspended
        st      r1, [c12 + outer / 4096 * 8]
        vmrun   c1, c2, c3
        ld      r5, [c1 + machine.exit_operands]
        li      r1, outer
        ld      r6, [c2 + r1]
        trap    done
        .endproc
