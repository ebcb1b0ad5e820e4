; Gives away the right to write and then writes.
        .data
box:    .dword  1

        .text
.proc main
        la      c4, box
        cperm   c4, c4, permission.read
        st      r0, [c4]
        ret
.endproc
