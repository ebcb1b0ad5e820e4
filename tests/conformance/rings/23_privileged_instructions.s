; Every privileged instruction traps in every ring but 0, before its operands are looked at.
; conformance 23
; traps 70
; r16 = 70
; ring = 7
; kept c8

        .include "../include/start.s"

; r16 counts the traps that were right, r17 is the ring.

        .segment service, rx, rings(0, 0, 7)
        .gate   next, descend_again
descend_again:
        add     r17, r17, 1
        beq     r17, 8, stay
        shl     r3, r17, 48
        li      r1, outer + return_kind
        or      r1, r1, r3
        li      r2, reads | executes | everything
        mint    c7, r1, r2
        li      r1, caught
        or      r1, r1, r3
        li      r2, reads | everything
        mint    c9, r1, r2
stay:   ret     c7

        .segment everywhere, rx, rings(0, 7, 7)
outer:  mint    c8, r1, r2
        call    look
        relabel c8, r1, r2
        call    look
        movepage c8, c8
        call    look
        getctl  r16, clock
        call    look
        setctl  clock, r1               ; not writable: that is not looked at
        call    look
        getbank c8, 0
        call    look
        setbank c8, 0
        call    look
        setprocess c8, c8
        call    look
        resume
        call    look
        wfi
        call    look
        callc   c10
        trap    done

; The trap was that of the instruction before the call.

        .proc   look
        ld      r1, [c9 + trap.cause]
        bne     r1, r0 + cause.privilege, mistake
        ld      r1, [c9 + trap.failed]
        bne     r1, r0 + 1 << cause.privilege, mistake
        ld      r1, [c9 + trap.ring]
        bne     r1, r17, mistake
        ld      r1, [c9 + trap.register]
        bne     r1, 16, mistake
        ld      r1, [c9 + trap.kind]
        bne     r1, r0 + access.execute, mistake
        ld      r1, [c9 + trap.size]
        bne     r1, 8, mistake
        ld      r1, [c9 + trap.segment]
        cget    r2, c7, segment
        bne     r1, r2, mistake
        ld      r1, [c9 + trap.offset]
        cget    r2, c7, cursor
        add     r1, r1, 16
        bne     r1, r2, mistake
        add     r16, r16, 1
        ret
mistake:
        trap    wrong
        .endproc

        .segment kernel
main:   li      r16, 0
        li      r17, 0
        cmov    c11, c8
        li      r1, next + entry_kind
        li      r2, reads | executes | everything
        mint    c10, r1, r2
        callc   c10
