; A program that gives up on purpose, with a number below zero.
        .text
.proc main
        trap    -1
.endproc
