        .export ask
        .segment kernel, rx, rings(0, 0, 4)
        .gate   ask, answer
        .gate   other, answer
answer: la      c1, secret
        ld      r1, [c1]
        ret
        .segment inner, rw, hold, rings(0, 0, 0)
secret: .dword  42
types:  .authority 2
