; While level 5 runs, a page is absent in the map of level 1: that is a page trap of level 1, on its
; `vmrun`, with its own address. It maps the page, and levels 2 to 4 and 5 do not notice.
; conformance 34
; given depth 8
; trap page through c2 at #6+0x1d000 ring 0 read 4096 level 1
; exit power to 4
; exit power to 3
; exit power to 2
; exit power to 1
; exit power to 0
; r5 = 1
; r6 = 4

        .include "../include/start.s"
        .include "../include/nest.s"

        .segment leaf, rx, rings(0, 0, 0)
leaf:   li      r2, 1
        cadd    c9, c6, 32
        xadd    r3, r2, [c9]            ; the instruction that meets the hole
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

        .segment kernel
        .proc   main
        .equ    hole, 3 * machine_size + at_data        ; of level 5, in the window of level 1
        li      r1, 5
        call    nest
        li      r1, in_text << 32 | 256
        st      r1, [c1 + machine.entry]
        ld      r1, [c2 + at_pages + hole / 4096 * 8]
        and     r1, r1, ~page.present
        st      r1, [c2 + at_pages + hole / 4096 * 8]
        vmrun   c1, c2, c3
        ld      r5, [c1 + machine.exit_operands]
        li      r1, 4 * machine_size + at_data
        ld      r6, [c2 + r1]           ; the clock of level 5 when it looked
        trap    done
        .endproc
