main:   ret
        .authority
        .data
        .authority 0
        .authority -1
        .authority "one"
        .authority main
        .authority 20
        .authority 9
        .authority 8
        .authority
        .authority 1, 2
