; What begins a kernel: makes numbers of its arguments and hands them to the procedure `kernel` as r1, r2. What that
; returns is the exit status, all 64 bits of it. Every kernel is linked with this file:
;     nestor run main.s fib.s -- 20

        .proc   main
        .save   r16, c8
        enter
        li      r16, 0                  ; the first argument
        cmov    c8, c1
        blt     r1, 2, last
        ldc     c1, [c8 + 16]
        call    number
        mov     r16, r1
last:   ldc     c1, [c8]
        call    number
        mov     r2, r16
        call    kernel
        return
        .endproc

; The decimal number that the bytes of c1 are.
        .proc   number, digits: c1, value: r1, at: r2, length: r3, digit: r4
        .clobbers r2, r3, r4
        cget    length, digits, length
        li      value, 0
        li      at, 0
        .while  at < length
        ldb     digit, [digits + at]
        mul     value, value, 10
        add     value, value, digit
        sub     value, value, '0'
        add     at, at, 1
        .endw
        ret
        .endproc
