; A line stays up until its reason is gone: a handler that leaves it is entered again at once.
; conformance 30
; trap interrupt at 16 ring 0 times 3
; r5 = 1

        .include "../include/start.s"
        .segment notes, rw, rings(0, 0, 0)
notes:  .dword  0

        .segment kernel
main:   li      r1, leave_it
        setctl  entry, r1
        li      r1, 1 << abi.line_timer
        setctl  lines, r1
        li      r1, 1
        setctl  timer, r1
        li      r5, 0
        setctl  masked, r0
        li      r5, 1                   ; reached when the handler has had enough
        trap    done

leave_it:
        la      c1, notes
        ld      r1, [c1]
        add     r1, r1, 1
        st      r1, [c1]
        blt     r1, 3, again
        li      r1, handler
        setctl  entry, r1
        setctl  timer, r0
again:  resume
