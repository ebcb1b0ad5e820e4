main:   la   c1, 5
        la   c1, r1
        la   c1, main + 8
        la   r1, table
        la   c1, $
        la   c1, table * 2
        ret
        .data
table:  .dword 1, 2
        .cap table, 17
        .cap table - 8
        .cap table, -1
        .cap table + 8, 9
        .cap table, 8, rx
        .cap table, 8, lm
        .cap table, 8, zz
        .cap main, 8
        .cap "text"
        .cap nothing
