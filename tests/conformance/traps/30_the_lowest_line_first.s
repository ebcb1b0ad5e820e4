; Of several lines that are up and enabled the lowest interrupts; one that is not enabled does not.
; conformance 30
; trap interrupt at 3 ring 0
; trap interrupt at 9 ring 0
; trap interrupt at 16 ring 0
; r5 = 3

        .include "../include/start.s"
        .segment kernel
main:   li      r1, take
        setctl  entry, r1
        li      r1, 1 << 3 | 1 << 9 | 1 << abi.line_timer
        setctl  lines, r1
        li      r1, 1 << 9 | 1 << 3 | 1 << 1 | 1 << 0
        setctl  pending, r1
        li      r1, 1
        setctl  timer, r1
        li      r5, 0
        setctl  masked, r0
        nop
        li      r1, 1
        setctl  masked, r1
        trap    done

; Clears the line that it was called for.

take:   ld      r1, [sp + size.context + trap.cause]
        bne     r1, r0 + cause.interrupt, other
        ld      r2, [sp + size.context + trap.offset]
        li      r1, 1
        shl     r1, r1, r2
        xor     r1, r1, -1
        getctl  r3, pending
        and     r3, r3, r1
        setctl  pending, r3
        beq     r2, r0 + abi.line_timer, timer_too
        j       counted
timer_too:
        setctl  timer, r0
counted:
        ld      r1, [sp + context.r + 5 * 8]
        add     r1, r1, 1
        st      r1, [sp + context.r + 5 * 8]
        resume
other:  j       handler
