; Names that are almost right.
main:   ad   r1, r2, 5
        ldbs r1, [c1]
        ADD  r1, r2, r3
        frobnicate r1
        .algin 8
        ret
loop
