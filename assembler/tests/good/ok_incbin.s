; Bytes of files, and strings with their lengths.
main:   ret
        .data
        .incbin "shared/bytes.bin"
        .incbin "shared/bytes.bin", 2
        .incbin "shared/bytes.bin", 4, 2
        .pascal "ab", ""
named:  .incbin "shared/bytes.bin", 0, 0
        .byte length(named)

;>   0x0: 00 01 ff 80 62 79 74 65 73 ff 80 62 79 74 65 73
;>   0x10: 62 79 02 61 62 00 01
