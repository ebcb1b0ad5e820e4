; Each authority gets object types that no other one has, from 4 up, in the order of their places.
main:   ret
        .data
        .byte 1
file:   .authority
        .authority last - 1
        .equ last, 4
        .segment vault, rw, hold, rings(1, 1, 1)
        .authority
        .segment shared, rw, hold, system
        .authority 23

;> segment shared 0x20: rw-h length 0x10 rings (4, 4, 4) label 0 gen 0
;> segment data 0x111: rw-h length 0x30 rings (4, 4, 4) label 0 gen 0
;> segment vault 0x112: rw-h length 0x10 rings (1, 1, 1) label 0 gen 0
;> capability shared:0x0: seg 0x0[0x4..0x1b] ------eu ring 4 gen 0 cursor 0x4
;> capability data:0x10: seg 0x0[0x1b..0x1c] ------eu ring 4 gen 0 cursor 0x1b
;> capability data:0x20: seg 0x0[0x1c..0x1f] ------eu ring 4 gen 0 cursor 0x1c
;> capability vault:0x0: seg 0x0[0x1f..0x20] ------eu ring 1 gen 0 cursor 0x1f
;> object file data:0x10 size 32
