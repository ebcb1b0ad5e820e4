.equ    START, 20
.equ    LIMIT, 1
.equ    ANSWER, 42
.equ    FIELD, 8
        .proc   double
again:  add     r1, r1, r1
        bgt     r1, START, done
        j       again
done:   ret
        .endproc
        .data
        .byte   9
        .align  8
table:  .dword  1, 2, 4
        .cap    table, 8, r
        .cap    double
        .cap    data, length(table), rw
