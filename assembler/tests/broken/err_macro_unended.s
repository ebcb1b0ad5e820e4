; A macro without an end takes the rest of the file.
main:   ret
        .macro lost
        nop
