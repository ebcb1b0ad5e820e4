main:   ret
        .segment inner, rx, rings(1, 1, 4)
        ret
        .segment stack1, rw, rings(4, 4, 4), length(16)
