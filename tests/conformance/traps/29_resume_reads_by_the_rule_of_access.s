; `resume` reads the context at the stack pointer by the rule of access; where it cannot, it changes
; nothing.
; conformance 29
; trap bounds through c15 at stack0+0xdf0 ring 0 read 544
; r5 = 7
; kept r6..r31 c1..c14

        .include "../include/start.s"
        .segment kernel
main:   li      r1, 4096 - 528          ; room for the trap, and not for a context
        cseek   sp, sp, r1
        li      r5, 7
        resume
        trap    done
