; Sorts numbers, sixty of them, and says how long that took, by a clock that is read before and after.

        .equ    COUNT, 60

        .text
        .proc   main
        .alias  console: c8
        .alias  number: r16             ; the one that is put into its place
        .save   r16, r17, r18, c8
        enter
        cmov    console, c2
        la      c1, numbers
        li      r1, 0
        li      r2, 12345
        .while  r1 < COUNT
        mul     r2, r2, 1103515245
        add     r2, r2, 12345
        shr     r3, r2, 16
        and     r3, r3, 0x3ff
        st      r3, [c1 + r1 << 3]
        add     r1, r1, 1
        .endw

        li      number, 1
        clock   r18
        .while  number < COUNT
        mov     r1, number
        call    insert
        add     number, number, 1
        .endw
        clock   r17
        sub     r17, r17, r18

        la      c1, numbers
        ld      r1, [c1 + COUNT / 2 * 8]
        la      c1, middle
        call    say
        mov     r1, r17
        la      c1, took
        call    say
        li      r1, 0
        return
        .endproc

; Puts a number into its place among those before it.
;   takes r1: its index
        .proc   insert, index: r1
        .alias  value: r2
        .alias  other: r3
        la      c1, numbers
        ld      value, [c1 + index << 3]
        .while  index
        ld      other, [c1 + index << 3 - 8]
        bge     value, other, there
        st      other, [c1 + index << 3]
        sub     index, index, 1
        .endw
there:  st      value, [c1 + index << 3]
        ret
        .endproc

; Prints a text and a number.
;   takes c1: the text, r1: the number, c8: the console
        .proc   say
        .alias  left: r1
        .alias  digits: c2
        .local  room, 32
        enter
        mov     r4, r1
        cget    r3, c1, length
        io      r3, c8, c1, write
        mov     left, r4
        cadd    digits, sp, room + 31
        li      r2, '\n'
        stb     r2, [digits]
        .while  1
        divu    r2, left, 10
        mul     r3, r2, 10
        sub     r3, left, r3
        add     r3, r3, '0'
        cadd    digits, digits, -1
        stb     r3, [digits]
        mov     left, r2
        .if     left == 0
        .break
        .endif
        .endw
        cget    r2, digits, cursor
        cadd    c3, sp, room + 32
        cget    r3, c3, cursor
        sub     r3, r3, r2
        io      r3, c8, digits, write
        return
        .endproc

        .data
numbers: .space 8 * COUNT

        .rodata
middle: .ascii  "in the middle "
took:   .ascii  "steps in all "
