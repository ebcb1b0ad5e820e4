main:   li   r1, 1.5
        ret
        .data
        .double 1.5x, abc, 1e
        .single "1.5"
        .dword 2.5
        .double 1e400
        .single -1e39
