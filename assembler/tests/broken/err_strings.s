main:   ret
        .rodata
        .ascii "no end
        .ascii "bad \q escape", "\x4g"
        .byte 'ab', '', '\z'
        .byte 'a
        .ascii 65
        .byte "text"
