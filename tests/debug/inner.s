; Writes a word, and one behind it.

        .text
        .proc   main
        enter
        la      c1, message
        li      r1, 6
        io      r1, c2, c1, write
        la      c3, room
        li      r2, 8
        cbound  c3, c3, r2
        st      r2, [c3]
        st      r2, [c3 + 8]
        return
        .endproc

        .data
message:
        .ascii  "inner\n"
        .align  16
room:   .dword  0, 0
