; Reads a line and prints it in capitals.

        .text
        .proc   main, line: c1, count: r1, index: r2, letter: r3
        la      line, room
        cget    count, line, length
        io      count, c2, line, read
        blt     count, 0, done          ; the input has ended
        li      index, 0
next:   bge     index, count, print
        ldb     letter, [line + index]
        add     index, index, 1
        sub     r4, letter, 'a'
        bgeu    r4, 26, next
        sub     letter, letter, 'a' - 'A'
        stb     letter, [line + index - 1]
        j       next
print:  io      count, c2, line, write
done:   li      r1, 0
        ret
        .endproc

        .data
room:   .space  64
