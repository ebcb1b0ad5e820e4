; Every kind of access with every set of flags of the descriptor: what is absent, what has not the
; mode, what may not hold, what is a device or none.
; conformance 18
; r9 = 576

        .include "../include/start.s"
        .segment table, rw, hold, rings(0, 0, 0)
table:  .space  16
        .equ    descriptor, segment(table) * size.descriptor

; What each kind of access needs of the flags, by its number.

        .segment needs, r, rings(0, 0, 0)
needs:  .byte   descriptor.read
        .byte   descriptor.write
        .byte   descriptor.execute
        .byte   descriptor.write | descriptor.hold
        .byte   descriptor.execute
        .byte   descriptor.execute
        .byte   descriptor.read | descriptor.device
        .byte   descriptor.write | descriptor.device
        .byte   descriptor.execute

        .segment kernel
        .proc   main, flags: r1, kind: r4, expected: r5, found: r6
        la      c10, needs
        la      c1, table
        li      r2, table
        li      r3, reads | executes | 16 << limit_shift
        mint    c2, r2, r3
        centry  c3, c2
        creturn c4, c2
        ld      r12, [c14 + descriptor + descriptor.base]
        ld      r13, [c14 + descriptor + descriptor.flags]
        and     r13, r13, ~0x7f
        li      r9, 0
        li      flags, 0                ; all but `paged`
next:   or      r2, r13, flags
        st      r2, [c14 + descriptor + descriptor.flags]
        and     r2, flags, descriptor.device
        sel     r2, r2, r0, r12         ; the base of a device is a slot
        st      r2, [c14 + descriptor + descriptor.base]
        li      r3, 16
        li      kind, 0
        probe   found, c1, r3, read
        call    judge
        probe   found, c1, r3, write
        call    judge
        probe   found, c2, r3, execute
        call    judge
        probe   found, c1, r3, store_capability
        call    judge
        probe   found, c3, r3, call
        call    judge
        probe   found, c4, r3, return
        call    judge
        probe   found, c1, r3, input
        call    judge
        probe   found, c1, r3, output
        call    judge
        probe   found, c2, r3, jump
        call    judge
        add     flags, flags, 1
        bltu    flags, 64, next
        trap    done

judge:  li      expected, 1 << cause.segment
        and     r2, flags, descriptor.present
        beqz    r2, compare             ; nothing else is looked at
        ldb     r2, [c10 + kind]        ; r2: what is needed
        and     r7, r2, descriptor.read | descriptor.write | descriptor.execute
        and     r8, r7, flags
        sne     r8, r8, r7
        shl     expected, r8, cause.mode
        and     r7, r2, descriptor.hold
        beqz    r7, any
        and     r7, flags, descriptor.hold | descriptor.device
        sne     r7, r7, descriptor.hold ; a device holds nothing
        shl     r7, r7, cause.hold
        or      expected, expected, r7
any:    xor     r7, flags, r2
        and     r7, r7, descriptor.device
        sne     r7, r7, 0
        shl     r7, r7, cause.device
        or      expected, expected, r7
compare:
        bne     found, expected, mistake
        add     kind, kind, 1
        add     r9, r9, 1
        ret
mistake:
        trap    wrong
        .endproc
