main:   ret
        .segment a, rw, number(300)
        .segment b, rw, number(300)
        .segment c, rw, number(2)
        .segment d, rw, system, number(256)
        .segment e, rw, number(260)
        .segment f, rw, number(65536)
        .segment g, rw, number(0)
        .segment h, rw, number(268)
        .text
        la   c1, main
