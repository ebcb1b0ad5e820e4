; Counts the primes below two million, with the sieve of Eratosthenes.
        .equ    LIMIT, 2000000
        .segment flags, rw, length(LIMIT)
        .text
        .proc   main, sieve: c1, n: r2, m: r3, count: r1, limit: r4
        la      sieve, flags
        li      limit, LIMIT
        li      count, 0
        li      n, 2
next:   ldb     r5, [sieve + n]
        bnez    r5, skip
        add     count, count, 1
        mul     m, n, n
cross:  bgeu    m, limit, skip
        li      r5, 1
        stb     r5, [sieve + m]
        add     m, m, n
        j       cross
skip:   add     n, n, 1
        bltu    n, limit, next
        li      r1, 0
        ret
        .endproc
