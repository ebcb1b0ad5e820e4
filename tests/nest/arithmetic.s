; Numbers of all kinds: integers, a remainder, floating point, shifts.
        .text
        .proc   main
        li      r16, 1
        li      r4, 6364136223846793005
        li      r5, 1442695040888963407
        li      r17, 100
        .while  r17
        mul     r16, r16, r4
        add     r16, r16, r5
        shr     r1, r16, 33
        rem     r2, r1, 97
        itod    r3, r2
        fmul.d  r3, r3, r3
        fsqrt.d r3, r3
        add     r18, r18, r3
        rotl    r18, r18, 7
        xor     r18, r18, r1
        sub     r17, r17, 1
        .endw
        and     r1, r18, 63
        ret
        .endproc
