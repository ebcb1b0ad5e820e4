main:   ret
        .stack -5
