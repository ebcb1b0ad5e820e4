; depth 0: runs a guest where no depth is left.
        .text
.proc main
        vmrun   c4, c5, c6
        ret
.endproc
