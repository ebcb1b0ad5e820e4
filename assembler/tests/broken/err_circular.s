        .equ a, b + 1
        .equ b, c * 2
        .equ c, a - 1
        .equ own, own
main:   li   r1, a
        li   r2, b
        ret
