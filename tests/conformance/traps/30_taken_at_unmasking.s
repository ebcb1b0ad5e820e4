; What is pending while interrupts are masked is delivered in front of the instruction behind the
; one that unmasks.
; conformance 30
; trap interrupt at 4 ring 0
; r5 = address place
; r6 = 1

        .include "../include/start.s"
        .segment notes, rw, rings(0, 0, 0)
notes:  .dword  0

        .segment kernel
main:   li      r1, look
        setctl  entry, r1
        li      r1, 1 << 4
        setctl  lines, r1
        setctl  pending, r1
        nop
        li      r6, 0
        setctl  masked, r0
place:  add     r6, r6, 1
        la      c1, notes
        ld      r5, [c1]
        trap    done

look:   la      c1, notes
        ld      r1, [sp + context.pc]
        li      r2, (1 << 48) - 1
        and     r1, r1, r2
        st      r1, [c1]
        li      r1, handler
        setctl  entry, r1
        setctl  pending, r0
        resume
