; `wfi` idles a tick a step until the timer's line is up, and completes; interrupts that are masked
; are not delivered for it.
; conformance 30 31
; r6 = 1
; r7 = 1
; r8 = 0x10000

        .include "../include/start.s"
        .segment kernel
main:   li      r1, 1 << abi.line_timer
        setctl  lines, r1
        clock   r5
        add     r5, r5, 100             ; r5: the deadline
        setctl  timer, r5
        wfi
        clock   r6
        sub     r6, r6, r5              ; it completed when the deadline had come, as one step more
        setctl  timer, r5               ; a deadline that is past
        clock   r7
        wfi
        clock   r8
        sub     r7, r8, r7
        sub     r7, r7, 1               ; only the wfi itself
        getctl  r8, up
        and     r8, r8, 1 << abi.line_timer
        trap    done
