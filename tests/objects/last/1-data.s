; Only data; the labels at its end name nothing.
.equ    FIRST, 2
        .data
bytes:  .byte   1, 2
        .align  16
end:
