; The block is on a page that is absent: the host's page trap, on its `vmrun`, and with the page it runs.
; conformance 37 26
; given depth 8
; trap page through c1 at guest+0x0 ring 0 read 4096
; trap page through c1 at guest+0x0 ring 0 write 4096
; exit power to 0
; r5 = 3

        .include "../include/start.s"
        .include "../include/pages.s"
        .include "../include/nest.s"
        .segment leaf, rx
leaf:   clock   r1
        add     r1, r1, 3
        power_off r1
        .segment host, rx
        trap    98
        .segment map, rw, rings(0, 0, 0), length(4096)

        .segment kernel
        .proc   main
        li      r1, 1
        call    nest
        cmov    c9, c1
        cmov    c10, c2
        cmov    c11, c3
        li      r1, segment(guest)
        li      r2, segment(map)
        call    make_paged
        cmov    c1, c9
        cmov    c3, c11
        li      r1, segment(map) << 32
        li      r2, reads | writes | everything
        mint    c12, r1, r2
        ld      r16, [c12]
        st      zero, [c12]             ; absent
        vmrun   c1, c10, c3
        xor     r1, r16, page.modified
        st      r1, [c12]               ; not noted as changed
        vmrun   c1, c10, c3
        st      r16, [c12]
        vmrun   c1, c10, c3
        ld      r5, [c1 + machine.exit_operands]
        trap    done
        .endproc
