main:   j    other
        beq  r1, r2, $ + 4
        j    $ + 0x1000
        j    main - 8
        j    16
        j    r1
        call data
        ret
        .segment more, rx
other:  ret
        .data
data:   .dword 0
