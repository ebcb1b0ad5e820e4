; A program that gives up on purpose.
        .text
.proc main
        trap    7
.endproc
