main:   ret
        .data
a:      .space 0xffffffffff
b:      .space 0x7fffffffffffffff
c:      .dword 5
        .segment big1, rw
        .space 0x7000000
        .segment big2, rw
        .space 0x7000000
        .segment big3, rw
        .space 0x7000000
