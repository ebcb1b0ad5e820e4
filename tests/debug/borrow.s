; Lends a buffer for reading, and writes through what was lent.

        .text
        .proc   main
        .local  kept, 16
        enter
        la      c1, buffer
        li      r1, permission.read
        cperm   c1, c1, r1
        stc     c1, [sp + kept]
        la      c2, buffer
        call    use
        leave
        ret
        .endproc

        .proc   use
        ldc     c3, [sp + 0]
        li      r2, 5
        st      r2, [c3]
        ret
        .endproc

        .data
buffer: .space  16
