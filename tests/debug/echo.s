; Ends with the first byte that it reads, less '0'.

        .text
        .proc   main
        la      c1, room
        li      r1, 8
        io      r1, c2, c1, read
        ldb     r1, [c1]
        sub     r1, r1, '0'
        ret
        .endproc

        .data
room:   .space  8
