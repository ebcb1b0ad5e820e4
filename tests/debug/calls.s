; Ends with 2 * (3 + 4).

        .text
        .proc   main
        enter
        li      r1, 3
        li      r2, 4
        call    twice
        mov     r16, r1
        return
        .endproc

        .proc   twice, a: r1, b: r2
        enter
        call    plus
        add     r1, r1, r1
        return
        .endproc

        .proc   plus, a: r1, b: r2
        add     r1, a, b
        ret
        .endproc
