; A machine with a machine inside, stopped at every fourth step, is moved page by page to other memory
; and goes on there, to the same end at the same clock.
; conformance 40 36
; given depth 8
; traps 0
; exits 36
; r16 = 12
; r18 = 0x36052d
; owner copied+0xd000 = 2
; owner arena+0xd000 = 0

        .include "../include/start.s"
        .include "../include/nest.s"
        .include "../include/passing_host.s"

; Keeps capabilities, a label and data in its memory, and makes a sum of them.

        .segment leaf, rx, rings(0, 0, 0)
leaf:   reach   c9, in_far
        stc     c9, [c6]
        li      r1, 5
        li      r3, 16
        cadd    c10, c6, 32
        relabel c10, r1, r3
        li      r4, 0
each:   ldc     c9, [c6]
        xadd    r2, r4, [c9]
        add     r4, r4, 1
        blt     r4, 10, each
        ld      r1, [c9]
        ldtag   r2, [c6 + 32]
        add     r1, r1, r2
        clock   r2
        shl     r2, r2, 16
        or      r1, r1, r2
        power_off r1

        .segment copied, rw, hold, rings(0, 0, 0), length(arena_size)

        .segment kernel
        .proc   main
        .equ    end, 54 << 16 | 5 << 8 | 45
        li      r16, 0
        li      r19, 1
each:   li      r1, 2
        call    nest
        mul     r1, r19, 4
        st      r1, [c1 + machine.budget]
        vmrun   c1, c2, c3
        ld      r17, [c1 + machine.exit_reason]
        st      zero, [c1 + machine.budget]
        li      r1, segment(copied) << 32
        li      r2, all_rights | arena_size << limit_shift
        mint    c9, r1, r2
        cmov    c10, c9
        li      r4, 0
page:   movepage c10, c2
        cadd    c10, c10, 4096
        cadd    c2, c2, 4096
        add     r4, r4, 4096
        li      r5, arena_size
        bltu    r4, r5, page
        cadd    c2, c2, -arena_size
        cmov    c11, c2
        li      r3, arena_size          ; nothing is left where it was
        reclaim c11, r3
        cmov    c11, c2
        li      r3, arena_size
        fill    c11, r0, r3
        vmrun   c1, c9, c3
        ld      r1, [c1 + machine.exit_operands]
        mov     r18, r1
        li      r2, end
        bne     r1, r2, differs
        bne     r17, exit.budget, differs
        add     r16, r16, 1
differs:
        cmov    c10, c9
        add     r19, r19, 1
        blt     r19, 13, again
        trap    done
again:  li      r3, arena_size
        reclaim c10, r3
        j       each
        .endproc
