; Tags on bits that no derivation makes are not heeded: a register that is resumed from them is
; untagged.
; conformance 29
; c1 = bits 0xffffffffffffffffffffffffffffffff
; c2 = untagged own[0x8..0x4] r ring 0 cursor 0
; c3 = untagged own[0x0..0x10] wx ring 0 cursor 0
; c4 = own[0x0..0x10] rw ring 0 cursor 0x10
; c5 = bits 0x0100000100000000c000011400000000

        .include "../include/start.s"
        .include "../include/resuming.s"
        .segment own, rw, rings(0, 0, 0), number(0x114)
own:    .space  16

        .segment kernel
        .proc   main
        li      r1, next
        call    new_frame
        cmov    c1, sp
        li      r2, -1
        st      r2, [sp + context.c + 1 * 16]
        st      r2, [sp + context.c + 1 * 16 + 8]
        li      r2, own
        st      r2, [sp + context.c + 2 * 16]
        st      r2, [sp + context.c + 3 * 16]
        add     r3, r2, 16
        st      r3, [sp + context.c + 4 * 16]
        li      r3, 3 << 62             ; spare bits
        or      r3, r3, r2
        st      r3, [sp + context.c + 5 * 16]
        li      r3, reads | 4 << limit_shift | 8
        st      r3, [sp + context.c + 2 * 16 + 8]
        li      r3, writes | executes | 16 << limit_shift
        st      r3, [sp + context.c + 3 * 16 + 8]
        li      r3, reads | writes | 16 << limit_shift
        st      r3, [sp + context.c + 4 * 16 + 8]
        li      r3, reads | 16 << limit_shift
        st      r3, [sp + context.c + 5 * 16 + 8]
        li      r2, 1 << 16 | 1 << 15 | 0x3e
        st      r2, [sp + context.tags]
        resume
next:   trap    done
        .endproc
