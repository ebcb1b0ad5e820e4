; A line that is up and enabled completes a wait at once though interrupts are masked; it stays
; pending, and is delivered at unmasking.
; conformance 30
; trap interrupt at 5 ring 0
; r6 = 2
; r7 = 0x20
; r8 = 0

        .include "../include/start.s"
        .segment kernel
main:   li      r1, 1 << 5
        setctl  lines, r1
        setctl  pending, r1
        clock   r5
        wfi
        clock   r6
        sub     r6, r6, r5
        getctl  r7, pending
        setctl  masked, r0
        getctl  r8, pending             ; after the interrupt
        trap    done
