; Operators bind as in Rust, but shifts as tightly as `*`.
main:   ret
        .data
        .word 1 + 2 * 3, (1 + 2) * 3, 1 << 3 + 1, 7 & 3 == 3, 1 | 2 ^ 3
        .word -7 / 2, -7 % 2, ~0, !0, !5, - - 3
        .word 1 < 2 && 2 < 1 || 1, 3 >= 3, -1 >> 1, 1 << 40 >> 40, 1 << 64
        .word segment(main) - segment(data), offset(here), length(here)
        .word 0b101, 0o17, 0x1f, 1_000, 'a'
        .dword 0xffffffffffffffff + 1, 1 << 63 >> 63
here:   .byte 1, 2, 3
        .byte $ - here

;> segment data 0x111: rw-h length 0x74 rings (4, 4, 4) label 0 gen 0
;>   0x0: 07 00 00 00 09 00 00 00 09 00 00 00 01 00 00 00
;>   0x10: 01 00 00 00 fd ff ff ff ff ff ff ff ff ff ff ff
;>   0x20: 01 00 00 00 00 00 00 00 03 00 00 00 01 00 00 00
;>   0x30: 01 00 00 00 ff ff ff ff 01 00 00 00 00 00 00 00
;>   0x40: ff ff ff ff 70 00 00 00 04 00 00 00 05 00 00 00
;>   0x50: 0f 00 00 00 1f 00 00 00 e8 03 00 00 61 00 00 00
;>   0x60: 00 00 00 00 00 00 00 00 ff ff ff ff ff ff ff ff
;>   0x70: 01 02 03 03
;> object here data:0x70 size 4
