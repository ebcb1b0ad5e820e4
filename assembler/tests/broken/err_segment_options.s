main:   ret
        .segment
        .segment "text"
        .segment a, rwx
        .segment b, rw, hodl
        .segment c, rq
        .segment d, rw, rings(4, 3, 5)
        .segment e, rw, rings(0, 8, 8)
        .segment f, rw, rings(1, 2)
        .segment g, rw, label(256), generation(64), length(1 << 28)
        .segment h, rw, size(4)
        .segment i
        .segment j, hold
        .segment k, rw, 5
        .segment l, device(16)
