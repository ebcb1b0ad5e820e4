; The prime numbers below 100, by the sieve of Eratosthenes; and a table of numbers, put in order.

        .text

        .proc main
        .alias console: c8
        .save  c8
        enter
        cmov  console, c2

        la    c1, crossed
        call  sieve
        la    c1, crossed
        la    c2, primes
        call  collect                   ; r1: how many primes there are
        la    c1, primes
        shl   r1, r1, 3
        cbound c1, c1, r1               ; the part of the table that is filled
        cmov  c2, console
        call  print_table

        la    c1, numbers
        call  sort
        la    c1, numbers
        cmov  c2, console
        call  print_table
        li    r1, 0
        return
        .endproc

; Crosses out every number that is a multiple of a smaller one.
;   takes c1: a byte for each number from 0 on, all zero; those of the crossed-out become 1
        .proc sieve, crossed: c1
        .alias end: r1
        .alias prime: r2
        .alias multiple: r3
        cget  end, crossed, length
        li    r4, 1
        stb   r4, [crossed + 0]         ; 0 and 1 are no primes
        stb   r4, [crossed + 1]
        li    prime, 2
next:   mul   multiple, prime, prime    ; smaller multiples have been crossed out already
        bgeu  multiple, end, done
        ldb   r5, [crossed + prime]
        bnez  r5, skip
cross:  stb   r4, [crossed + multiple]
        add   multiple, multiple, prime
        bltu  multiple, end, cross
skip:   add   prime, prime, 1
        j     next
done:   ret
        .endproc

; Writes down the numbers that are not crossed out.
;   takes c1: a byte for each number; c2: a table of double words
;   gives r1: how many they are
        .proc collect, crossed: c1, table: c2
        .alias count: r1
        cget  r2, crossed, length
        li    count, 0
        li    r3, 0
next:   ldb   r4, [crossed + r3]
        bnez  r4, skip
        st    r3, [table + count << 3]
        add   count, count, 1
skip:   add   r3, r3, 1
        bltu  r3, r2, next
        ret
        .endproc

; Puts numbers in order, the smallest first: quicksort.
;   takes c1: a table of double words, with the cursor at its beginning
        .proc sort
        .alias table: c8
        .alias count: r16
        .alias middle: r17
        .save c8, r16, r17
        enter
        cmov  table, c1
        cget  count, table, length
        shr   count, count, 3
        bltu  count, 2, done            ; nothing, or one number, is in order
        call  part
        mov   middle, r1

        shl   r2, middle, 3
        cbound c1, table, r2            ; what is in front of the middle, and no more,
        call  sort                      ;   is put in order by itself
        add   r2, middle, 1
        cadd  c1, table, r2 << 3
        sub   r2, count, r2
        shl   r2, r2, 3
        cbound c1, c1, r2               ; and so is what is behind it
        call  sort
done:   return
        .endproc

; Takes the last number of a table, and puts it where it belongs: behind all that are smaller, in
; front of the others.
;   takes c1: a table of at least one double word
;   gives r1: the index of its new place
        .proc part, table: c1
        .alias place: r1                ; so many smaller ones there are until now
        .alias last: r2
        .alias pivot: r3
        cget  last, table, length
        shr   last, last, 3
        sub   last, last, 1
        ld    pivot, [table + last << 3]
        li    place, 0
        li    r4, 0
next:   bgeu  r4, last, done
        ld    r5, [table + r4 << 3]
        bge   r5, pivot, skip
        ld    r6, [table + place << 3]  ; a smaller one: to the others of its kind
        st    r5, [table + place << 3]
        st    r6, [table + r4 << 3]
        add   place, place, 1
skip:   add   r4, r4, 1
        j     next
done:   ld    r6, [table + place << 3]
        st    pivot, [table + place << 3]
        st    r6, [table + last << 3]
        ret
        .endproc

; Prints numbers, ten in a line.
;   takes c1: a table of double words; c2: the console
        .proc print_table
        .alias table: c8
        .alias console: c9
        .alias index: r16
        .alias column: r17
        .save c8, c9, r16, r17
        enter
        cmov  table, c1
        cmov  console, c2
        li    index, 0
line:   li    column, 0
next:   ld    r1, [table + index << 3]
        cmov  c1, console
        call  print_number
        add   index, index, 1
        add   column, column, 1
        cget  r1, table, length
        shr   r1, r1, 3
        bgeu  index, r1, done
        blt   column, 10, next
        cmov  c1, console
        call  end_line
        j     line
done:   cmov  c1, console
        call  end_line
        return
        .endproc

; Prints a number in decimal, with spaces in front of it so that there are five characters or more.
;   takes r1: the number; c1: the console
        .proc print_number, number: r1, console: c1
        .local text, 24
        enter
        cadd  c2, sp, text
        li    r2, 24
        li    r3, ' '
        fill  c2, r3, r2
        li    r2, 24                    ; fill has counted it down to 0
next:   sub   r2, r2, 1
        remu  r3, number, 10
        add   r3, r3, '0'
        stb   r3, [sp + r2 + text]
        divu  number, number, 10
        bnez  number, next
        bltu  r2, 24 - 5, show
        li    r2, 24 - 5
show:   cadd  c2, sp, r2 + text
        neg   r3, r2
        add   r3, r3, 24
        io    r3, console, c2, write
        return
        .endproc

; Ends the line.
;   takes c1: the console
        .proc end_line, console: c1
        la    c2, newline
        li    r1, 1
        io    r1, console, c2, write
        ret
        .endproc

        .data
crossed:
        .space 100
primes: .space 25 * 8
numbers:
        .dword 31, 41, 59, 26, 53, 58, 97, 93, 23, 84, 62, 64, 33, 83, 27, 95

        .rodata
newline:
        .ascii "\n"
