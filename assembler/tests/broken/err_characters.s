# a comment of another language
main:   add  r1, r2, #5
        mov  r1, @r2
        li   r1, 5 // a comment of yet another
        ret  ?
