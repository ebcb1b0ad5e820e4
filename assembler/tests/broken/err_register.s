main:   add  r1, r2, r32
        ldc  c16, [c1]
        mov  r99, r1
        ret
