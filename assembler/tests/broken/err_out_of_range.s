main:   add  r1, r2, 0x80000000
        add  r1, r2, -0x80000001
        beq  r1, 128, main
        ble  r1, 127, main
        bgtu r1, -1, main
        ble  r1, r2 + 1, main
        ldw  r1, [c1 + 0x100000000]
        ret
        .data
        .byte 256, -129
        .half 65536
        .word 0x1_0000_0000
        .space -1
