; The clock counts an instruction as one step, a trap that is delivered as one, and what its handler
; does.
; conformance 31
; trap divide ring 0
; trap interrupt at 5 ring 0
; r5 = 3
; r6 = 9
; r7 = 8

        .include "../include/start.s"
        .segment kernel
main:   clock   r1
        nop
        nop
        clock   r5
        sub     r5, r5, r1              ; a clock and two others

        li      r1, skip_it
        setctl  entry, r1
        clock   r1
        div     r2, r2, 0
        clock   r6
        sub     r6, r6, r1              ; the clock, the trap, and seven of the handler

        li      r1, clear_it
        setctl  entry, r1
        li      r1, 1 << 5
        setctl  lines, r1
        setctl  pending, r1
        clock   r1
        setctl  masked, r0
        clock   r7                      ; in front of it: an interrupt, and five of the handler
        sub     r7, r7, r1
        trap    done

skip_it:
        ld      r1, [sp + context.pc]
        add     r1, r1, 8
        st      r1, [sp + context.pc]
        nop
        nop
        nop
        resume

clear_it:
        setctl  pending, r0
        li      r1, handler             ; two
        setctl  entry, r1
        resume
