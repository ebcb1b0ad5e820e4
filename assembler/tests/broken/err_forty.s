; Forty mistakes, one a line, and forty reports.
main:   nop
        ad   r1, r2, 0
        add  r1, r2
        j    nowhere2
        add  r1, r2, c3 + 3
        ad   r1, r2, 4
        add  r5, r2
        j    nowhere6
        add  r1, r2, c3 + 7
        ad   r1, r2, 8
        add  r9, r2
        j    nowhere0
        add  r1, r2, c3 + 1
        ad   r1, r2, 2
        add  r3, r2
        j    nowhere4
        add  r1, r2, c3 + 5
        ad   r1, r2, 6
        add  r7, r2
        j    nowhere8
        add  r1, r2, c3 + 9
        ad   r1, r2, 0
        add  r1, r2
        j    nowhere2
        add  r1, r2, c3 + 3
        ad   r1, r2, 4
        add  r5, r2
        j    nowhere6
        add  r1, r2, c3 + 7
        ad   r1, r2, 8
        add  r9, r2
        j    nowhere0
        add  r1, r2, c3 + 1
        ad   r1, r2, 2
        add  r3, r2
        j    nowhere4
        add  r1, r2, c3 + 5
        ad   r1, r2, 6
        add  r7, r2
        j    nowhere8
        add  r1, r2, c3 + 9
        ret
