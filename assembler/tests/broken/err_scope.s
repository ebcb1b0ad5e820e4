main:   ret
        .endscope
        .proc p
        .scope
inner:  ret
        .endproc
        li   r1, inner
        .scope
twice:  nop
twice:  nop
        .scope
