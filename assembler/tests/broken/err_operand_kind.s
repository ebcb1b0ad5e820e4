main:   add  c1, r2, r3
        add  r1, r2, c3
        ldw  r1, c2
        ldw  r1, [r2 + 8]
        ld   r1, r2, [c3]
        cmov c1, r1
        add  r1, 5, r2
        st   "text", [c1]
        li   r1, [c1]
        mov  r1, c1
        cas  r1, r2, [c3 + r4]
        ret
        ld   c1, [c2]
        call c1
