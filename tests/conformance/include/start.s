; What the files of this suite share: a machine that is ready to show a rule.
;
; The including file begins at its label `main`, in the ring r2 of the segment
; that main is in, with its `.cap` and `la` in place, a stack for every ring,
; and interrupts masked. Its registers are filled with values that mean
; nothing, so that a result is one: r n is poison + n, and c n is that twice,
; untagged. Exceptions are c7 and c15, and c14, which in ring 0 is the
; descriptors and in other rings null.
;
;     trap    done     the program is done, and its registers are looked at
;     trap    wrong    the program found a mistake; 1 to 99 all end it
;
; Every other trap is written into `caught`, and counted in `caught_count`. The
; program then goes on at its c13, if that is tagged; else behind the
; instruction, or where it was at an interrupt. Interrupts clear the timer and
; the pending lines, and disable the lines of devices.

        .equ    done, 0
        .equ    wrong, 1
        .equ    poison, 0x5bad0000

; Parts of the two words that `mint` makes capabilities of: of the low word

        .equ    ring1, 1 << 48
        .equ    ring2, 2 << 48
        .equ    ring3, 3 << 48
        .equ    ring4, 4 << 48
        .equ    ring5, 5 << 48
        .equ    ring6, 6 << 48
        .equ    ring7, 7 << 48
        .equ    entry_kind, 1 << 57
        .equ    return_kind, 2 << 57

; and of the high word.

        .equ    reads, permission.read << 56
        .equ    writes, permission.write << 56
        .equ    executes, permission.execute << 56
        .equ    loads, permission.load_capability << 56
        .equ    stores, permission.store_capability << 56
        .equ    mutable, permission.load_mutable << 56
        .equ    all_rights, reads | writes | loads | stores | mutable
        .equ    limit_shift, 28
        .equ    everything, ((1 << 28) - 1) << limit_shift

; The fields of a descriptor, as offsets, and of its word of flags, as bits.

        .equ    descriptor.base, 0
        .equ    descriptor.length, 8
        .equ    descriptor.gates, 12
        .equ    descriptor.linkage, 14
        .equ    descriptor.flags, 16
        .equ    descriptor.label, 19
        .equ    descriptor.generation, 20
        .equ    r1_shift, 8
        .equ    r2_shift, 11
        .equ    r3_shift, 14

        .segment caught, rw, rings(0, 7, 7)
caught: .space  size.trap               ; the last trap record
caught_count:
        .dword  0                       ; how many there were

        .segment stack0, rw, hold, rings(0, 0, 0), number(256), length(4096)
        .segment stack1, rw, hold, rings(1, 1, 1), number(257), length(4096)
        .segment stack2, rw, hold, rings(2, 2, 2), number(258), length(4096)
        .segment stack3, rw, hold, rings(3, 3, 3), number(259), length(4096)
        .segment stack4, rw, hold, rings(4, 4, 4), number(260), length(4096)
        .segment stack5, rw, hold, rings(5, 5, 5), number(261), length(4096)
        .segment stack6, rw, hold, rings(6, 6, 6), number(262), length(4096)
        .segment stack7, rw, hold, rings(7, 7, 7), number(263), length(4096)

        .segment kernel, rx, rings(0, 0, 0), system
        .entry  start

        .proc   start
        li      r2, reads | writes | everything
        li      r1, abi.segment_descriptors << 32
        mint    c14, r1, r2
        li      r1, abi.segment_relocations << 32
        mint    c2, r1, r2
        ldw     r3, [c14 + abi.segment_relocations * size.descriptor + descriptor.length]
        li      r4, 0
        li      r5, writes | stores | everything
relocate:
        bgeu    r4, r3, relocated
        ld      r6, [c2 + r4 + relocation.capability]
        ld      r7, [c2 + r4 + relocation.capability + 8]
        mint    c3, r6, r7
        ld      r6, [c2 + r4 + relocation.place]
        shr     r7, r6, 32
        shl     r7, r7, 5
        ldb     r7, [c14 + r7 + descriptor.generation]
        and     r7, r7, 63
        shl     r7, r7, 51
        or      r6, r6, r7
        mint    c4, r6, r5
        stc     c3, [c4]
        add     r4, r4, size.relocation
        j       relocate
relocated:

; The stack pointers of all rings, each behind the last byte of its stack.

        li      r1, abi.segment_stacks << 32 | 4096
        li      r2, all_rights | 4096 << limit_shift
        li      r3, 1 << 32 | 1 << 48   ; from one ring and its stack to the next
        mint    c3, r1, r2
        setbank c3, 0
        add     r1, r1, r3
        mint    c3, r1, r2
        setbank c3, 1
        add     r1, r1, r3
        mint    c3, r1, r2
        setbank c3, 2
        add     r1, r1, r3
        mint    c3, r1, r2
        setbank c3, 3
        add     r1, r1, r3
        mint    c3, r1, r2
        setbank c3, 4
        add     r1, r1, r3
        mint    c3, r1, r2
        setbank c3, 5
        add     r1, r1, r3
        mint    c3, r1, r2
        setbank c3, 6
        add     r1, r1, r3
        mint    c3, r1, r2
        setbank c3, 7

        li      r1, handler
        setctl  entry, r1

; Return to the entrance, in the ring of main, with a return capability to main
; in c8.

        li      r1, main
        shr     r2, r1, 32
        shl     r2, r2, 5
        cadd    c3, c14, r2             ; the descriptor of main's segment
        ldw     r4, [c3 + descriptor.flags]
        shr     r4, r4, r2_shift
        and     r4, r4, 7               ; r4: the ring
        selc    c14, r4, c0, c14
        shl     r4, r4, 48
        li      r5, return_kind
        or      r4, r4, r5
        ldb     r5, [c3 + descriptor.generation]
        and     r5, r5, 63
        shl     r5, r5, 51
        or      r1, r1, r4
        or      r1, r1, r5
        ldw     r2, [c3 + descriptor.length]
        shl     r2, r2, limit_shift
        li      r5, reads | executes
        or      r2, r2, r5
        mint    c8, r1, r2
        li      r1, entrance
        or      r1, r1, r4
        li      r2, reads | executes | everything
        mint    c7, r1, r2
        ret     c7
        .endproc

; Goes from ring 0 to the code at r1, in the ring that r1 names: `li r1, outer +
; ring4`, `call descend`. What an outward return keeps is kept, but for r1 and r2.

        .proc   descend
        li      r2, return_kind
        or      r1, r1, r2
        li      r2, reads | executes | everything
        mint    c7, r1, r2
        ret     c7
        .endproc

        .proc   handler, cause: r3
        li      r1, caught
        li      r2, reads | writes | everything
        mint    c1, r1, r2
        cadd    c2, sp, size.context    ; the record in the frame
        ld      cause, [c2 + trap.cause]
        li      r4, cause.software
        bne     cause, r4, keep
        ld      r4, [c2 + trap.offset]
        bgeu    r4, 100, keep
        setctl  entry, r0               ; the same again ends the machine
        resume
keep:   ld      r4, [c1 + size.trap]
        add     r4, r4, 1
        st      r4, [c1 + size.trap]
        li      r4, size.trap
        copy    c1, c2, r4
        ld      r5, [sp + context.pc]
        li      r4, cause.interrupt
        bne     cause, r4, skip
        setctl  timer, r0
        setctl  pending, r0
        getctl  r4, lines
        and     r4, r4, -1 << 16
        setctl  lines, r4
        j       go_on
skip:   add     r5, r5, 8
go_on:  st      r5, [sp + context.pc]
        ld      r4, [sp + context.tags]
        and     r4, r4, 1 << 13
        beqz    r4, back
        ld      r4, [sp + context.c + 13 * 16]
        st      r4, [sp + context.pc]
        ld      r4, [sp + context.c + 13 * 16 + 8]
        st      r4, [sp + context.pc + 8]
back:   resume
        .endproc

; Executable in every ring: fills the registers and goes to main.

        .segment entrance, rx, rings(0, 7, 7)
        .proc   entrance
        cmov    c7, c8
        li      r1, poison + 1
        li      r2, poison + 2
        li      r3, poison + 3
        li      r4, poison + 4
        li      r5, poison + 5
        li      r6, poison + 6
        li      r7, poison + 7
        li      r8, poison + 8
        li      r9, poison + 9
        li      r10, poison + 10
        li      r11, poison + 11
        li      r12, poison + 12
        li      r13, poison + 13
        li      r14, poison + 14
        li      r15, poison + 15
        li      r16, poison + 16
        li      r17, poison + 17
        li      r18, poison + 18
        li      r19, poison + 19
        li      r20, poison + 20
        li      r21, poison + 21
        li      r22, poison + 22
        li      r23, poison + 23
        li      r24, poison + 24
        li      r25, poison + 25
        li      r26, poison + 26
        li      r27, poison + 27
        li      r28, poison + 28
        li      r29, poison + 29
        li      r30, poison + 30
        li      r31, poison + 31
        cpack   c1, r1, r1
        cpack   c2, r2, r2
        cpack   c3, r3, r3
        cpack   c4, r4, r4
        cpack   c5, r5, r5
        cpack   c6, r6, r6
        cpack   c8, r8, r8
        cpack   c9, r9, r9
        cpack   c10, r10, r10
        cpack   c11, r11, r11
        cpack   c12, r12, r12
        cpack   c13, r13, r13
        ret     c7
        .endproc
