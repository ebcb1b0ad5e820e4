; A guest four deep calls a gate, changes a descriptor, maps a page that it lacked and takes an
; interrupt of its timer, and no host hears of any of it.
; conformance 33 26 27
; given depth 8
; trap page through c9 at #6+0x10 ring 0 write 8 level 4
; trap segment through c8 at #11+0x0 ring 0 read 8 level 4
; trap interrupt at 16 ring 0 level 4
; exit power to 3
; exit power to 2
; exit power to 1
; exit power to 0
; r5 = 7

        .include "../include/start.s"
        .include "../include/nest.s"
        .include "../include/passing_host.s"

        .segment leaf, rx, rings(0, 0, 0)
leaf:   enter_traps_at trapped
        li      r9, 0                   ; a bit for each that came off

; A gate to ring 0 from ring 4, which shares the text.

        cmov    c9, c2
        reach   c10, in_pages
        st      zero, [c10]             ; the first page of its window is absent
        st      r9, [c9 + 16]
        or      r9, r9, 1

        ldw     r16, [c14 + in_far * size.descriptor + descriptor.flags]
        stw     zero, [c14 + in_far * size.descriptor + descriptor.flags]
        ld      r1, [c8]
        or      r9, r9, 2

        li      r1, 1 << 16
        setctl  lines, r1
        clock   r1
        add     r1, r1, 10
        setctl  timer, r1
        setctl  masked, r0
wait:   and     r1, r9, 4
        beqz    r1, wait
        power_off r9

trapped:
        ld      r1, [sp + size.context + trap.cause]
        bne     r1, cause.page, others
        reach   c1, in_pages
        li      r1, at_window | page.present | page.writable | page.used | page.modified
        st      r1, [c1]
        resume
others: reach   c1, in_descriptors
        ld      r1, [sp + size.context + trap.cause]
        bne     r1, cause.segment, timer
        ld      r2, [sp + context.r + 16 * 8]
        stw     r2, [c1 + in_far * size.descriptor + descriptor.flags]
        resume
timer:  setctl  timer, r0
        ld      r1, [sp + context.r + 9 * 8]
        or      r1, r1, 4
        st      r1, [sp + context.r + 9 * 8]
        resume

        .segment kernel
main:   li      r1, 4
        call    nest
        vmrun   c1, c2, c3
        ld      r5, [c1 + machine.exit_operands]
        trap    done
