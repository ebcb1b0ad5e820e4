; Multiplies two matrices of 64 by 64 words, r1 times.

        .equ    side, 64
        .equ    row, side * 8

        .data
a:      .space  side * row
b:      .space  side * row
product: .space side * row

        .text
        .proc   kernel, sum: r1, rounds: r2, i: r3, j: r4, k: r5, at: r6, dot: r7, x: r8, y: r9, place: r10, last: r11
        .alias  all_a: c1, all_b: c2, all_products: c3, row_of_a: c4
        .clobbers r2, r3, r4, r5, r6, r7, r8, r9, r10, r11, c2, c3, c4
        mov     rounds, r1
        la      all_a, a
        la      all_b, b
        la      all_products, product
        li      last, side * side
        li      i, 0
        li      place, 0
rows:   li      j, 0
        mul     x, i, 3                 ; what goes to a[i][j]
        mov     y, i                    ; and to b[i][j]
columns:
        st      x, [all_a + place << 3]
        st      y, [all_b + place << 3]
        add     x, x, 1
        add     y, y, 5
        add     place, place, 1
        add     j, j, 1
        bltu    j, side, columns
        add     i, i, 1
        bltu    i, side, rows
        li      sum, 0
        beqz    rounds, done
again:  cmov    row_of_a, all_a
        li      place, 0                ; of the element of the product
row_of_product:
        li      j, 0
element:
        li      dot, 0
        li      k, 0
        mov     at, j                   ; of the element of b
inner:  ld      x, [row_of_a + k << 3]
        ld      y, [all_b + at << 3]
        mul     x, x, y
        add     dot, dot, x
        add     at, at, side
        add     k, k, 1
        bltu    k, side, inner
        st      dot, [all_products + place << 3]
        add     place, place, 1
        add     j, j, 1
        bltu    j, side, element
        cadd    row_of_a, row_of_a, row
        bltu    place, last, row_of_product
        and     x, rounds, side - 1
        and     y, sum, side - 1
        shl     place, x, 6
        add     place, place, y
        ld      y, [all_products + place << 3]
        add     sum, sum, y
        and     y, sum, side - 1
        shl     place, y, 6
        add     place, place, x
        st      sum, [all_a + place << 3]
        sub     rounds, rounds, 1
        bnez    rounds, again
done:   ret
        .endproc
