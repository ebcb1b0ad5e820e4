        .data
        .byte   3
tail:   .byte   40
