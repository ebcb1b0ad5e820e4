; Calls and returns r1 times: with r2 0 an empty loop, with 1 a procedure of the same text, with 2 one of ring 1 through
; a gate. Neither does anything.

        .segment service, rx, rings(1, 1, 4)
        .gate   gate, nothing
        .proc   nothing
        ret
        .endproc

        .text
        .proc   kernel, rounds: r1, which: r2, left: r16
        .save   r16, c8
        enter
        la      c8, gate
        mov     left, rounds
        beq     which, 1, plain
        beq     which, 2, inward
empty:  sub     left, left, 1
        bnez    left, empty
        return
plain:  call    procedure
        sub     left, left, 1
        bnez    left, plain
        return
inward: callc   c8
        sub     left, left, 1
        bnez    left, inward
        return
        .endproc

        .proc   procedure
        ret
        .endproc
