main:   add  r1 r2, r3
        add  r1, , r3
        add  r1, r2, (3 + 4
        add  r1, r2, 3 +
        ldw  r1, [c1 + 8
        ldw  r1, c1]
        5    r1
        label main
first:  second: +
        ret
