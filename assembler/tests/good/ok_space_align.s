main:   ret
        .data
first:  .byte 1
        .align 8
second: .space 3
third:  .space 2, 0xee
        .align 4
        .byte 2
        .space 100

;> segment data 0x111: rw-h length 0x75 rings (4, 4, 4) label 0 gen 0
;>   0x0: 01 00 00 00 00 00 00 00 00 00 00 ee ee 00 00 00
;>   0x10: 02
;> object first data:0x0 size 1
;> object second data:0x8 size 3
;> object third data:0xb size 106
