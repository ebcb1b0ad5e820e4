; The page with the descriptors of level 2 is absent in the map of level 1: level 1 is told, whatever
; level 2 or 3 were about to do.
; conformance 34
; given depth 8
; trap page through c2 at #6+0x0 ring 0 read 4096 level 1
; exit power to 2
; exit power to 1
; exit power to 0
; r5 = 77

        .include "../include/start.s"
        .include "../include/nest.s"

        .segment leaf, rx, rings(0, 0, 0)
leaf:   li      r1, 77
        power_off r1

        .segment host, rx, rings(0, 0, 0)
host:   vmrun   c1, c2, c3
        ld      r1, [c1 + machine.exit_operands]
        power_off r1
        .align  256
trapped:
        reach   c1, in_pages
        ld      r2, [c1]
        or      r2, r2, page.present
        st      r2, [c1]
        resume

        .segment kernel
main:   li      r1, 3
        call    nest
        li      r1, in_text << 32 | 256
        st      r1, [c1 + machine.entry]
        ld      r1, [c2 + at_pages]
        and     r1, r1, ~page.present
        st      r1, [c2 + at_pages]
        vmrun   c1, c2, c3
        ld      r5, [c1 + machine.exit_operands]
        trap    done
