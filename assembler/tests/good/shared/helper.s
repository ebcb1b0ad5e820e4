helper: li   r1, from_include
        ret
        .equ from_include, 42
