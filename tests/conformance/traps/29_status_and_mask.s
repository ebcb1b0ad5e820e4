; Of a context's status word bit 0 counts, and what was pending while it was masked comes at once
; when a context without it is resumed.
; conformance 29 30
; trap interrupt at 3 ring 0
; r5 = 1
; r6 = 0
; r7 = 0

        .include "../include/start.s"
        .include "../include/resuming.s"
        .segment kernel
main:   li      r1, 1 << 3
        setctl  lines, r1
        setctl  pending, r1
        li      r1, first
        call    new_frame
        li      r1, -1                  ; masked, and bits that mean nothing
        st      r1, [sp + context.status]
        resume
first:  getctl  r5, masked
        li      r1, second
        call    new_frame
        li      r1, -2
        st      r1, [sp + context.status]
        mov     r16, r5
        st      r5, [sp + context.r + 5 * 8]
        resume
second: getctl  r6, masked              ; behind the interrupt
        getctl  r7, pending
        trap    done
