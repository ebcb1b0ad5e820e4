; The block of a guest is in a page that its host owns: in the guest's memory it is refused, and where
; the guest's memory is made to contain it, the guest is denied that page.
; conformance 37
; given depth 8
; trap owner through c4 at arena+0x40000 ring 0 write 4096
; exit memory to 0
; r5 = 17
; r6 = 0x1234

        .include "../include/start.s"
        .include "../include/pages.s"
        .include "../include/nest.s"

        .segment leaf, rx, rings(0, 0, 0)
leaf:   li      r1, 0
        st      r1, [c6]                ; its host has put the block there
        power_off r1

        .segment host, rx
        trap    98
        .segment map, rw, rings(0, 0, 0), length(4096)

        .segment kernel
        .proc   main
        li      r1, 1
        call    nest
        li      r1, 0x40000
        cadd    c4, c2, r1
        vmrun   c4, c2, c3

        cmov    c9, c1
        cmov    c10, c2
        cmov    c11, c3
        li      r1, segment(arena)
        li      r2, segment(map)
        call    make_paged
        li      r1, segment(map) << 32
        li      r2, reads | writes | everything
        mint    c12, r1, r2
        ld      r1, [c14 + segment(guest) * size.descriptor + descriptor.base]
        or      r1, r1, page.present | page.writable | page.used | page.modified
        st      r1, [c12 + at_data / 4096 * 8]
        li      r1, 0x1234
        st      r1, [c9 + machine.memory_given]
        vmrun   c9, c10, c11
        ld      r5, [c9 + machine.exit_trap + trap.cause]
        ld      r6, [c9 + machine.memory_given]
        trap    done
        .endproc
