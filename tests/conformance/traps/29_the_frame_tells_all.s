; The frame is the context before the instruction, all registers with the mask of their tags, and
; the record; none of it is tagged, and the handler's registers are clear.
; conformance 29
; trap bounds through c8 at data+0x20 ring 4 read 8
; r16 = 1
; c9 = data[0x0..0x10] rw ring 4 cursor 0x20

        .include "../include/start.s"
        .segment data, rw, rings(4, 4, 4)
object: .space  16

        .segment kernel
main:   li      r1, look
        setctl  entry, r1
        la      c8, object
        li      r1, outer + ring4
        call    descend

        .text
outer:  cadd    c9, c8, 32
        cmov    c8, c9
        li      r3, 0x333
        li      r31, 0xf1f
        li      r16, 0
fault:  ld      r16, [c8]
        li      r16, 1
        trap    done

        .segment kernel
        .proc   look
        li      r1, handler
        setctl  entry, r1
        bnez    r3, mistake
        bnez    r31, mistake
        cget    r1, c8, tag
        bnez    r1, mistake
        getctl  r1, masked
        bne     r1, 1, mistake
        cget    r1, sp, cursor
        li      r2, 4096 - size.trap_frame
        bne     r1, r2, mistake
        ldb     r1, [sp + context.status]
        bne     r1, 1, mistake          ; it was masked from reset on
        ld      r1, [sp + context.r + 3 * 8]
        li      r2, 0x333
        bne     r1, r2, mistake
        ld      r1, [sp + context.r + 31 * 8]
        li      r2, 0xf1f
        bne     r1, r2, mistake
        ld      r1, [sp + context.tags]
        li      r2, 1 << 8 | 1 << 9 | 1 << 14 | 1 << 15 | 1 << 16
        bne     r1, r2, mistake
        ld      r1, [sp + context.pc]
        li      r2, fault + ring4
        bne     r1, r2, mistake
        ld      r1, [sp + size.context + trap.register]
        bne     r1, 8, mistake
        ld      r1, [sp + size.context + trap.size]
        bne     r1, 8, mistake
        li      r1, 0
tags:   ldc     c1, [sp + r1]
        cget    r2, c1, tag
        bnez    r2, mistake
        add     r1, r1, 16
        li      r2, size.trap_frame
        bltu    r1, r2, tags
        getbank c1, 4
        cget    r1, c1, cursor
        li      r2, 4096
        bne     r1, r2, mistake
        ld      r1, [sp + context.pc]
        add     r1, r1, 8
        st      r1, [sp + context.pc]
        resume
mistake:
        trap    wrong
        .endproc
