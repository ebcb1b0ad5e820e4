; Ten mistakes, and ten reports.
main:   ad   r1, r2, 5
        add  r1, r2
        add  r1, r2, c3
        ldw  r1, [c1 + r2 << 9]
        j    nowhere
        li   r1, 1 / 0
        add  r1, r2, 0x80000000
main:   ret
        .data
        .ascii "no end
        .align 3
