; Falls off the end of a procedure into data.
        .text
.proc main
        li      r1, 5
        j       after
.endproc
after:  .dword  0
