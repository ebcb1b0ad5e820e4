; A service of ring 0 behind gates: it marks what it is given with a label, and says which labels its caller may read.
        .equ    SECRET, 7

        .segment service, rx, rings(0, 0, 4)
        .gate   mark_gate, mark
        .gate   allow_gate, allow

        .proc   mark
        la      c1, notes
        li      r1, SECRET
        li      r2, 64
        relabel c1, r1, r2
        ret
        .endproc

        .proc   allow, which: r1
        setctl  read0, which
        ret
        .endproc

        .text
        .proc   main
        .save   r16, c8
        enter
        li      r16, 20
        .while  r16
        la      c1, mark_gate
        callc   c1
        li      r1, 1
        la      c2, allow_gate
        callc   c2
        la      c1, notes
        li      r2, 8
        probe   r1, c1, r2, read
        beqz    r1, wrong               ; it may not, now
        li      r1, -1
        la      c2, allow_gate
        callc   c2
        la      c1, notes
        ld      r1, [c1]
        add     r1, r1, r16
        st      r1, [c1]
        sub     r16, r16, 1
        .endw
        and     r1, r1, 63
        return
wrong:  li      r1, 99
        return
        .endproc

        .segment secrets, rw
notes:  .space  64
