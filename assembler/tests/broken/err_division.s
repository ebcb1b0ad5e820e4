        .equ nothing, 4 - 4
main:   li   r1, 10 / 0
        li   r2, 10 % nothing
        add  r1, r2, 1 / (nothing * 3)
        ret
