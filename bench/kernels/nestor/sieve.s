; Counts the primes below a million, r1 times.

        .equ    flags, 1000000

        .data
composite: .space flags

        .text
        .proc   kernel, primes: r1, rounds: r2, i: r3, j: r4, one: r5, last: r6, flag: r7, table: c1
        .clobbers r2, r3, r4, r5, r6, r7, c1
        mov     rounds, r1
        la      table, composite
        li      last, flags
        li      one, 1
        li      primes, 0
        beqz    rounds, done
again:  li      i, 0
clear:  stb     r0, [table + i]
        add     i, i, 1
        bltu    i, last, clear
        li      i, 2
next:   ldb     flag, [table + i]
        bnez    flag, passed
        add     primes, primes, 1
        shl     j, i, 1
        bgeu    j, last, passed
cross:  stb     one, [table + j]
        add     j, j, i
        bltu    j, last, cross
passed: add     i, i, 1
        bltu    i, last, next
        sub     rounds, rounds, 1
        bnez    rounds, again
done:   ret
        .endproc
