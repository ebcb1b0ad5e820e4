main:   ret
        .segment inner, rx, rings(0, 0, 4)
        .gate first, work
work:   ret
        .gate second, work
        .gate third, main
        .gate 5, work
        .gate fourth
        .data
        .gate fifth, work
