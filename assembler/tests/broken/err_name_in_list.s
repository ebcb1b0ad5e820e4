main:   cget r1, c2, lenght
        io   r1, c2, c3, print
        getctl r1, 99
        probe r1, c2, r3, r4
        ret
