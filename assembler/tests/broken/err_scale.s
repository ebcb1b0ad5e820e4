main:   ld   r1, [c1 + r2 << 5]
        add  r1, r2, r3 << -1
        beq  r1, r2 << 1, main
        ldc  c1, [c2 << 4]
        ret
