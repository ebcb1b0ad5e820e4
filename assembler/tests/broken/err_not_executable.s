main:   ret
        .data
x:      .dword 0
        nop
        nop
        .rodata
        ret
