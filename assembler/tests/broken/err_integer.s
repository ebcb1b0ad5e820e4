main:   li   r1, 18446744073709551616
        li   r2, 0xfffff_fffff_fffff_fffff
        li   r3, 0b102
        li   r4, 0o8
        li   r5, 12ab
        li   r6, 0x
        ret
