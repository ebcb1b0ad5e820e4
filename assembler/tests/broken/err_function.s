main:   li   r1, segmnt(main)
        li   r2, offset(5)
        li   r3, length(table + 8)
        li   r4, offset(main, main)
        li   r5, length()
        ret
        .data
table:  .dword 1
