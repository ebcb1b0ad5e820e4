; The number of Fibonacci of r1, by two calls for each number that is not 0 or 1.

        .proc   kernel, n: r1, first: r17
        .save   r16, r17
        bltu    n, 2, done              ; no frame where nothing is kept
        enter
        mov     r16, n
        sub     n, r16, 1
        call    kernel
        mov     first, r1
        sub     n, r16, 2
        call    kernel
        add     r1, first, r1
        leave
done:   ret
        .endproc
