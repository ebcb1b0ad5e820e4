main:   ret
        .segment table, rw, length(0x2000), label(3), generation(5), number(1000)
        .dword 1
        .segment shared, r, system
        .byte 1
        .segment code, rx, rings(1, 2, 5)
        ret
        .segment more, system, rw, hold
        .cap shared
        .segment table
        .dword 2
        .segment disk, device(4), rings(0, 0, 0)

;> segment disk 0x14: rw-- device slot 4 length 0x0 rings (0, 0, 0) label 0 gen 0
;> segment shared 0x20: r--- length 0x1 rings (4, 4, 4) label 0 gen 0
;>   0x0: 01
;> segment more 0x21: rw-h length 0x10 rings (4, 4, 4) label 0 gen 0
;> segment code 0x111: r-x- length 0x8 rings (1, 2, 5) label 0 gen 0 linkage 0x108
;>   0x0: ret c7
;> segment table 0x3e8: rw-- length 0x2000 rings (4, 4, 4) label 3 gen 5
;>   0x0: 01 00 00 00 00 00 00 00 02 00 00 00 00 00 00 00
;> capability more:0x0: shared[0x0..0x1] r----- ring 4 gen 0 cursor 0x0
