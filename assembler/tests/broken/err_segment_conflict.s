main:   ret
        .segment table, rw
        .dword 1
        .segment table, r
        .dword 2
        .segment table
