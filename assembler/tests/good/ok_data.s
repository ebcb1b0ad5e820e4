; Numbers of all widths, the low byte first; labels as addresses.
main:   ret
        .data
bytes:  .byte 1, 0xff, -1, 'A', '\n', 'é'
        .align 2
        .half 0x1234, -2
        .word 0x12345678
        .dword 0x123456789abcdef0, -1
        .dword main, bytes + 2

;> segment data 0x111: rw-h length 0x2e rings (4, 4, 4) label 0 gen 0
;>   0x0: 01 ff ff 41 0a e9 34 12 fe ff 78 56 34 12 f0 de
;>   0x10: bc 9a 78 56 34 12 ff ff ff ff ff ff ff ff 00 00
;>   0x20: 00 00 10 01 00 00 02 00 00 00 11 01 00 00
;> object bytes data:0x0 size 46
