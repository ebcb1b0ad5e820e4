; A loop that the timer interrupts every hundred steps.

        .include "rounds.s"

        .equ  PERIOD, 100

        .text
        .proc main
        .save r16
        enter
        la    c1, begin
        callc c1                        ; the kernel sets the timer
        li    r16, ROUNDS * PERIOD / 2
round:  sub   r16, r16, 1
        bnez  r16, round
        li    r1, 0
        return
        .endproc

        .segment kernel, rx, rings(0, 0, 4), system
        .gate begin, set_up

        .proc set_up
        li    r1, on_interrupt
        setctl entry, r1
        li    r1, 1 << abi.line_timer
        setctl lines, r1
        setctl masked, r0
        clock r1
        add   r1, r1, PERIOD
        setctl timer, r1
        ret
        .endproc

        .proc on_interrupt
        clock r1
        add   r1, r1, PERIOD
        setctl timer, r1
        resume
        .endproc
