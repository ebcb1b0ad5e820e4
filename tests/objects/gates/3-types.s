        .segment kernel
more:   la      c1, types
        ret
        .data
types:  .authority
        .authority 3
