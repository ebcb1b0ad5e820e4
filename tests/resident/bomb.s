; A fork bomb of machines, eight deep. Each has two guests, which it runs in turn for some steps, in a
; window of another size each time; both are the same program, in the same memory, and run two more.
; It never ends.

        .include "../conformance/include/start.s"
        .include "../conformance/include/nest.s"

; The last machine: what it runs is no guest, and exits at once.

        .segment leaf, rx, rings(0, 0, 0)
leaf:   vmrun   c1, c2, c3
        j       leaf

; A machine with two blocks, of which it keeps the second in its far page, and
; with which it is not careful: its guests spoil each other's memory.

        .segment host, rx, rings(0, 0, 0)
host:   cmov    c9, c8
        cmov    c10, c1
        li      r3, 4096
        copy    c9, c10, r3
again:  add     r16, r16, 1
        and     r1, r16, 1
        cmov    c9, c1
        beqz    r1, first
        cmov    c9, c8
first:  and     r1, r16, 7
        shl     r1, r1, 12
        cget    r2, c2, limit
        sub     r2, r2, r1
        cbound  c10, c2, r2
        ld      r1, [c9 + machine.clock]
        add     r1, r1, 500
        st      r1, [c9 + machine.budget]
        vmrun   c9, c10, c3
        j       again

        .segment kernel
        .proc   main
        li      r1, 8
        call    nest
        li      r1, segment(spare) << 32
        li      r2, all_rights | 4096 << limit_shift
        mint    c8, r1, r2
        cmov    c9, c8
        cmov    c10, c1
        li      r3, 4096
        copy    c9, c10, r3
        li      r16, 0
turn:   add     r16, r16, 1
        and     r1, r16, 1
        selc    c9, r1, c1, c8
        ld      r1, [c9 + machine.clock]
        add     r1, r1, 5000
        st      r1, [c9 + machine.budget]
        vmrun   c9, c2, c3
        j       turn
        .endproc

        .segment spare, rw, rings(0, 0, 0), length(4096)
