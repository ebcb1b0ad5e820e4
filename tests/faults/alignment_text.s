; Jumps into the middle of an instruction.
        .text
.proc main
        cpc     c4, $
        cadd    c4, c4, 12
        jmpc    c4
.endproc
