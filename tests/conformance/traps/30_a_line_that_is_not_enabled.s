; A line that is up and not enabled wakes nobody: the wait goes on to the timer.
; conformance 30
; r6 = 1
; r7 = 0x10020

        .include "../include/start.s"
        .segment kernel
main:   li      r1, 1 << abi.line_timer
        setctl  lines, r1
        li      r1, 1 << 5
        setctl  pending, r1
        clock   r5
        add     r5, r5, 50
        setctl  timer, r5
        wfi
        clock   r6
        sub     r6, r6, r5
        getctl  r7, up
        li      r1, 1 << 0
        xor     r1, r1, -1
        and     r7, r7, r1              ; but for the console, whose input has ended
        trap    done
