; Walks backwards through a string and does not stop at its first byte.
        .data
word:   .ascii  "level"

        .text
.proc main
        la      c4, word
        li      r1, 4
again:  ldb     r2, [c4 + r1]
        sub     r1, r1, 1
        j       again
.endproc
