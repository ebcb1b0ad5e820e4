main:   j    lop
loop:   la   c1, tabel
        li   r1, context.pcc
        call missing
        add  r1, r2, offset(nothing)
        ret
        .data
table:  .dword undefined_thing
