main:   ret
        .rodata
        .cap main
        .segment shared, rw, system, hold
        .cap main
