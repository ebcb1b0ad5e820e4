; A context to edit and resume, for files that begin in ring 0.
;
; `call new_frame` lowers the stack pointer by a frame, whose context continues
; at the address in r1 with the ring in it (`outer + ring4`), interrupts masked,
; all registers zero but the stack pointer, c15, which is that of the ring in
; its bank. Then `resume` goes there. Clobbers r1 to r5 and c2.

        .segment kernel
        .proc   new_frame
        cadd    sp, sp, -size.trap_frame
        cmov    c2, sp
        li      r2, size.context
        fill    c2, r0, r2
        st      r1, [sp + context.pc]
        li      r2, reads | executes | everything
        st      r2, [sp + context.pc + 8]
        li      r2, 1 << 16 | 1 << 15
        st      r2, [sp + context.tags]
        li      r2, 1
        st      r2, [sp + context.status]
        shr     r2, r1, 48
        and     r2, r2, 7               ; its stack pointer: the end of its stack
        add     r3, r2, abi.segment_stacks
        shl     r3, r3, 32
        shl     r2, r2, 48
        or      r3, r3, r2
        li      r2, 4096
        or      r3, r3, r2
        st      r3, [sp + context.c + 15 * 16]
        li      r2, all_rights | 4096 << limit_shift
        st      r2, [sp + context.c + 15 * 16 + 8]
        ret
        .endproc
