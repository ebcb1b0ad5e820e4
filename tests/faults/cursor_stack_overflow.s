; A recursion without an end uses up the stack.
        .text
.proc main
        call    main_again
        ret
.endproc

.proc main_again
        .local  room, 4096
        .save   c7
        enter
        st      r0, [c15 + room]
        call    main_again
        return
.endproc
