main:   ret
        .rodata
        .double 1.5, -2, 1e3, inf, -inf, 2.5e-1, 1_000.25
        .single 1.5, -0.0, 3
        .single 1.000000059604644775390625000001    ; by way of a double it would be 1
        .double 18446744073709551615                ; the sign is in front of a number, not in it

;> segment rodata 0x111: r--- length 0x50 rings (4, 4, 4) label 0 gen 0
;>   0x0: 00 00 00 00 00 00 f8 3f 00 00 00 00 00 00 00 c0
;>   0x10: 00 00 00 00 00 40 8f 40 00 00 00 00 00 00 f0 7f
;>   0x20: 00 00 00 00 00 00 f0 ff 00 00 00 00 00 00 d0 3f
;>   0x30: 00 00 00 00 00 42 8f 40 00 00 c0 3f 00 00 00 80
;>   0x40: 00 00 40 40 01 00 80 3f 00 00 00 00 00 00 f0 43
