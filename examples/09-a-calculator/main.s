; A calculator. It reads lines such as 2 * (3 + 4) from the console until there are no more, and
; prints what they come to, or where they are wrong.

        .text

        .proc main
        .alias console: c8
        .alias line: c9
        .save  c8, c9
        enter
        cmov  console, c2
next:   cmov  c1, console
        la    c2, buffer
        call  read_line
        cmov  line, c1
        cget  r1, line, tag
        beqz  r1, done
        call  calculate
        bnez  r2, wrong
        cmov  c1, console
        call  print_number
        j     next
wrong:  csub  r1, c1, line              ; how far it came
        cmov  c1, console
        cmov  c2, line
        call  print_mistake
        j     next
done:   li    r1, 0
        return
        .endproc

; --- Reading ---

; Reads a line. What does not fit into the buffer is dropped.
;   takes c1: the console; c2: a buffer
;   gives c1: the line, with a line feed as its last byte; null at the end of input
        .proc read_line, console: c1, buffer: c2
        .alias count: r1
        .alias most: r2
        cget  most, buffer, length
        sub   most, most, 1
        li    count, 0
next:   cadd  c3, buffer, count
        li    r3, 1
        io    r3, console, c3, read     ; one byte
        bne   r3, 1, end                ; there is none
        ldb   r4, [c3]
        beq   r4, '\n', whole
        bgeu  count, most, next         ; no room: the next one takes its place
        add   count, count, 1
        j     next
end:    beqz  count, none
        li    r4, '\n'
        stb   r4, [buffer + count]      ; the last line may lack it
whole:  add   count, count, 1
        cbound c1, buffer, count
        ret
none:   cmov  c1, c0
        ret
        .endproc

; --- Calculating: a procedure for each kind of thing that a line is made of ---
;
; Each of them takes c1: the text, with the cursor where the thing should begin,
;            gives r1: its value; c1: the text, with the cursor behind it,
;              and r2: 0, or the number of a mistake, which is where the cursor is then.

        .equ  NO_VALUE, 1
        .equ  NOT_CLOSED, 2
        .equ  BY_ZERO, 3
        .equ  TOO_MUCH, 4

; A whole line: a sum, and nothing behind it.
        .proc calculate
        .save r16
        enter
        call  sum
        mov   r16, r1
        bnez  r2, done
        call  look
        li    r2, 0
        beq   r1, '\n', done
        li    r2, TOO_MUCH
done:   mov   r1, r16
        return
        .endproc

; A sum: products with + or - between them.
        .proc sum
        .alias total: r16
        .save r16
        enter
        call  product
        mov   total, r1
next:   bnez  r2, done
        call  look
        li    r2, 0
        beq   r1, '+', plus
        beq   r1, '-', minus
done:   mov   r1, total
        return
plus:   cadd  c1, c1, 1
        call  product
        add   total, total, r1
        j     next
minus:  cadd  c1, c1, 1
        call  product
        sub   total, total, r1
        j     next
        .endproc

; A product: values with * or / between them.
        .proc product
        .alias left: r16
        .save r16, c8
        enter
        call  value
        mov   left, r1
next:   bnez  r2, done
        call  look
        li    r2, 0
        beq   r1, '*', times
        beq   r1, '/', over
done:   mov   r1, left
        return
times:  cadd  c1, c1, 1
        call  value
        mul   left, left, r1
        j     next
over:   cmov  c8, c1                    ; if anything is wrong with the division, it is here
        cadd  c1, c1, 1
        call  value
        bnez  r2, done
        beqz  r1, naught
        div   left, left, r1
        j     next
naught: cmov  c1, c8
        li    r2, BY_ZERO
        j     done
        .endproc

; A value: a number, or a sum in parentheses, or either with a minus in front.
        .proc value
        enter
        call  look
        beq   r1, '(', open
        beq   r1, '-', minus
        sub   r2, r1, '0'
        bltu  r2, 10, digits
        li    r2, NO_VALUE
        return
digits: call  number
        return
minus:  cadd  c1, c1, 1
        call  value
        neg   r1, r1
        return
open:   cadd  c1, c1, 1
        call  sum
        bnez  r2, done
        call  close
done:   return
        .endproc

; The parenthesis at the end of a value, which is in r1 and stays there.
        .proc close
        .save r16
        enter
        mov   r16, r1
        call  look
        li    r2, NOT_CLOSED
        bne   r1, ')', done
        cadd  c1, c1, 1
        li    r2, 0
done:   mov   r1, r16
        return
        .endproc

; A number, of at least one digit.
        .proc number
        li    r1, 0
        li    r2, 0
next:   ldb   r3, [c1]
        sub   r3, r3, '0'
        bgeu  r3, 10, done              ; unsigned, so that what is below '0' is no digit either
        mul   r1, r1, 10
        add   r1, r1, r3
        cadd  c1, c1, 1
        j     next
done:   ret
        .endproc

; Looks for what comes next.
;   takes c1: the text
;   gives c1: the text, with the cursor behind any spaces; r1: the character there
        .proc look
next:   ldb   r1, [c1]
        bne   r1, ' ', done
        cadd  c1, c1, 1
        j     next
done:   ret
        .endproc

; --- Printing ---

; Shows a line, and below it where it is wrong and why.
;   takes c1: the console; c2: the line; r1: the column, from 0; r2: the number of the mistake
        .proc print_mistake, console: c1, line: c2
        .alias column: r1
        cget  r3, line, length
        io    r3, console, line, write
        li    r3, ' '
        li    r4, 0
next:   bgeu  r4, column, found
        stb   r3, [line + r4]           ; the line is needed no more
        add   r4, r4, 1
        j     next
found:  li    r3, '^'
        stb   r3, [line + column]
        add   column, column, 1
        io    column, console, line, write
        la    c2, mistakes
        shl   r2, r2, 4
        ldc   c2, [c2 + r2 - 16]        ; the first one has number 1
        cget  r3, c2, length
        io    r3, console, c2, write
        ret
        .endproc

; Prints a number in decimal, and ends the line.
;   takes r1: the number, with its sign; c1: the console
        .proc print_number, number: r1, console: c1
        .local digits, 24
        .alias negative: r4
        enter
        slt   negative, number, 0
        beqz  negative, begin
        neg   number, number
begin:  li    r2, 23
        li    r3, '\n'
        stb   r3, [sp + r2 + digits]
next:   sub   r2, r2, 1
        remu  r3, number, 10
        add   r3, r3, '0'
        stb   r3, [sp + r2 + digits]
        divu  number, number, 10
        bnez  number, next
        beqz  negative, show
        sub   r2, r2, 1
        li    r3, '-'
        stb   r3, [sp + r2 + digits]
show:   cadd  c2, sp, r2 + digits
        neg   r3, r2
        add   r3, r3, 24
        io    r3, console, c2, write
        return
        .endproc

        .rodata
no_value:
        .ascii " a number is missing here\n"
not_closed:
        .ascii " here should be a )\n"
by_zero:
        .ascii " this divides by zero\n"
too_much:
        .ascii " nothing of this kind can be here\n"

        .data
buffer: .space 200
mistakes:
        .cap  no_value                  ; in the order of their numbers
        .cap  not_closed
        .cap  by_zero
        .cap  too_much
