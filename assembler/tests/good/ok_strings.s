main:   ret
        .rodata
        .ascii "ab", "c;d"
        .asciz "\t\x41\\\"\'\0\r", ""

;> segment rodata 0x111: r--- length 0xe rings (4, 4, 4) label 0 gen 0
;>   0x0: 61 62 63 3b 64 09 41 5c 22 27 00 0d 00 00
