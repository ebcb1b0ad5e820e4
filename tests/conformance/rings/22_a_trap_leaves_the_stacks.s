; A trap and an interrupt leave every stack pointer as it was, and every register of the ring, once
; they are handled.
; conformance 22 29
; trap divide ring 4
; trap bounds through c15 at stack4+0x1000 ring 4 read 8
; trap interrupt at 16 ring 4
; r1 = 8
; r16 = 1

        .include "../include/start.s"
        .include "../include/stacks.s"
        .segment service, rx, rings(0, 0, 7)
        .gate   arm, set_timer
set_timer:
        li      r1, 1 << abi.line_timer
        setctl  lines, r1
        clock   r1
        add     r1, r1, 10
        setctl  timer, r1
        setctl  masked, r0
        ret     c7

        .text
main:   la      c1, note_stacks
        li      r1, 0
        callc   c1
        div     r16, r16, 0
        ld      r16, [sp]               ; there is nothing yet
        la      c1, arm
        callc   c1
        li      r16, 0
wait:   la      c1, caught
        ld      r2, [c1 + trap.cause]
        bne     r2, r0 + cause.interrupt, wait
        li      r16, 1
        la      c1, note_stacks
        li      r1, 1
        callc   c1
        trap    done
