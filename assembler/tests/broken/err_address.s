main:   add  r1, r2, table
        ldw  r1, [c1 + table]
        li   r2, table * 2
        li   r3, -table
        li   r4, table - main
        .data
table:  .word table, main - table
        .byte table - 5
        .space table
