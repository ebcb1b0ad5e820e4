; Where interrupts are open, the line that would wake is delivered in front of the wait, which is
; then to be done again.
; conformance 30
; trap interrupt at 16 ring 0
; ends wait
; r5 = 1
; kept r6

        .include "../include/start.s"
        .segment kernel
main:   li      r1, 1 << abi.line_timer
        setctl  lines, r1
        clock   r1
        add     r1, r1, 30
        setctl  timer, r1
        li      r5, 1
        setctl  masked, r0
        wfi                             ; the handler clears the timer, so this waits for ever
        li      r6, 1
