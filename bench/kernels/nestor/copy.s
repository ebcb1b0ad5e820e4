; Copies 64 KiB byte by byte and adds up what arrived, r1 times.

        .equ    bytes, 65536

        .data
source: .space  bytes
target: .space  bytes

        .text
        .proc   kernel, sum: r1, rounds: r2, i: r3, byte: r4, last: r5, from: c1, to: c2
        .clobbers r2, r3, r4, r5, c2
        mov     rounds, r1
        la      from, source
        la      to, target
        li      last, bytes
        li      sum, 0
        li      i, 0
        li      byte, 3
set:    stb     byte, [from + i]
        add     byte, byte, 7
        add     i, i, 1
        bltu    i, last, set
        beqz    rounds, done
again:  li      i, 0
move:   ldb     byte, [from + i]
        stb     byte, [to + i]
        add     i, i, 1
        bltu    i, last, move
        li      i, 0
total:  ldb     byte, [to + i]
        add     sum, sum, byte
        add     i, i, 1
        bltu    i, last, total
        and     i, sum, bytes - 1
        ldb     byte, [from + i]
        add     byte, byte, 1
        stb     byte, [from + i]
        sub     rounds, rounds, 1
        bnez    rounds, again
done:   ret
        .endproc
