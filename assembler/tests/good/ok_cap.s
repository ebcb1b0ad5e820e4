; What is named is what the capability reaches, exactly.
main:   ret
        .proc work
        ret
        .endproc
        .rodata
text1:  .ascii "hello"
        .align 8
text2:  .ascii "ab"
        .data
        .byte 1
slot:   .cap text1
        .cap text1 + 1, 3, r
        .cap text2
        .cap slot
        .cap work
        .cap rodata
        .cap slot, 16, rl
        .cap console

;> segment rodata 0x111: r--- length 0xa rings (4, 4, 4) label 0 gen 0
;>   0x0: 68 65 6c 6c 6f 00 00 00 61 62
;> segment data 0x112: rw-h length 0x90 rings (4, 4, 4) label 0 gen 0
;>   0x0: 01
;> capability data:0x10: rodata[0x0..0x5] r----- ring 4 gen 0 cursor 0x0
;> capability data:0x20: rodata[0x1..0x4] r----- ring 4 gen 0 cursor 0x1
;> capability data:0x30: rodata[0x8..0xa] r----- ring 4 gen 0 cursor 0x8
;> capability data:0x40: data[0x10..0x90] rw-lsm ring 4 gen 0 cursor 0x10
;> capability data:0x50: text[0x0..0x10] r-x--- ring 4 gen 0 cursor 0x8 entry
;> capability data:0x60: rodata[0x0..0xa] r----- ring 4 gen 0 cursor 0x0
;> capability data:0x70: data[0x10..0x20] r--l-- ring 4 gen 0 cursor 0x10
;> capability data:0x80: console[0x0..0x0] rw---- ring 4 gen 0 cursor 0x0
;> procedure work text:0x8 size 8
;> object text1 rodata:0x0 size 5
;> object text2 rodata:0x8 size 2
;> object slot data:0x10 size 128
