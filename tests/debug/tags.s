; Keeps a pointer in memory, writes a byte over it, and uses it.

        .text
        .proc   main
        enter
        la      c1, slot
        la      c2, word
        stc     c2, [c1]
        li      r1, 'x'
        stb     r1, [c1 + 3]
        ldc     c3, [c1]
        ldb     r2, [c3]
        return
        .endproc

        .data
        .align  16
slot:   .space  16
word:   .ascii  "word"
