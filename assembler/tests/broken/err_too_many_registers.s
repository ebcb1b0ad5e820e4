main:   add  r1, r2, r3 + r4
        ldw  r1, [c1 + c2]
        ldw  r1, [c1 + r2 + r3]
        ldw  r1, [c1 - r2]
        ldw  r1, [c1 + r2 * 8]
        ldw  r1, [c1 + (8 << r2)]
        .equ x, r1 + 1
        ret
