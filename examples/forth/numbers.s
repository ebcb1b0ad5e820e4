; Numbers as text, in the base that `base` holds.

; --- From text ---

; What a digit is worth.
;   takes r1: a byte
;   gives r1: 0 to 35; or more if it is no digit
        .proc digit_value, byte: r1
        .clobbers r2
        sub   r2, byte, '0'
        .if   unsigned(r2 < 10)
        mov   r1, r2
        ret
        .endif
        or    byte, byte, 0x20          ; capitals become small
        sub   r2, byte, 'a'
        li    r1, 36
        .if   unsigned(r2 < 26)
        add   r1, r2, 10
        .endif
        ret
        .endproc

; Reads digits.
;   takes r1: their address; r2: how many bytes there are; r3: the number that stands in front of them; r4: the base
;   gives r1: the number; r2: how many bytes are left, which begin with what is no digit
        .proc read_digits
        registers
        .clobbers r5, r9
        .save r18, r19, r20, r21
        .alias address: r18
        .alias left: r19
        .alias number: r20
        .alias base: r21
        enter
        mov   address, r1
        mov   left, r2
        mov   number, r3
        mov   base, r4
        .while left > 0
        ldb   r1, [space + address]
        call  digit_value
        .if   unsigned(r1 >= base)
        .break
        .endif
        mul   number, number, base
        add   number, number, r1
        add   address, address, 1
        sub   left, left, 1
        .endw
        mov   r1, number
        mov   r2, left
        return
        .endproc

; Reads a number, as it stands in a program: -12, $ff, %101, #10 or 'a'.
;   takes r1: the address of its text; r2: how many bytes
;   gives r1: the number; r2: 1 if it is one, else 0
        .proc read_number
        registers
        .clobbers r3, r4, r5, r9
        .save r18
        .alias negative: r18
        .local bytes, 8
        enter
        ld    r4, [space + system.base]
        ldb   r3, [space + r1]
        .if   r3 == '\'' && r2 == 3
        ldb   r3, [space + r1 + 2]
        bne   r3, '\'', wrong
        ldb   r1, [space + r1 + 1]
        li    r2, 1
        return
        .elseif r3 == '$'
        li    r4, 16
        .elseif r3 == '%'
        li    r4, 2
        .elseif r3 == '#'
        li    r4, 10
        .else
        sub   r1, r1, 1                 ; there is no mark
        add   r2, r2, 1
        .endif
        add   r1, r1, 1
        sub   r2, r2, 1
        beqz  r2, wrong
        ldb   r3, [space + r1]
        li    negative, 0
        .if   r3 == '-'
        li    negative, 1
        add   r1, r1, 1
        sub   r2, r2, 1
        beqz  r2, wrong
        .endif
        li    r3, 0
        call  read_digits
        bnez  r2, wrong
        .if   negative
        neg   r1, r1
        .endif
        li    r2, 1
        return
wrong:  li    r2, 0
        return
        .endproc

; >number ( number address n -- number address n ) Goes on with a number, up to what is no digit.
        code  to_number, ">number"
        .save r18
        enter
        ld    r1, [data + cell]
        ld    r2, [data]
        ld    r3, [data + 2 * cell]
        ld    r4, [space + system.base]
        mov   r18, r2
        call  read_digits
        st    r1, [data + 2 * cell]
        ld    r1, [data + cell]
        sub   r3, r18, r2               ; so many digits
        add   r1, r1, r3
        st    r1, [data + cell]
        st    r2, [data]
        return
        .endproc

; --- To text: digits are put in front of one another, from the end of their room ---

; Puts a byte in front.
;   takes r1: the byte
        .proc hold_byte
        registers
        .clobbers r2, r3
        ld    r2, [notes + note.hold]
        sub   r2, r2, 1
        li    r3, system.digits
        .if   unsigned(r2 < r3)
        raise long_number
        .endif
        st    r2, [notes + note.hold]
        stb   r1, [space + r2]
        ret
        .endproc

; Puts a digit in front.
;   takes r1: its worth
        .proc hold_digit
        .clobbers r1, r2, r3
        enter
        add   r1, r1, '0'
        .if   r1 > '9'
        add   r1, r1, 'a' - '9' - 1
        .endif
        call  hold_byte
        return
        .endproc

; Begins the text of a number.
        .proc begin_number
        registers
        .clobbers r1
        li    r1, system.digits + length_of_digits
        st    r1, [notes + note.hold]
        ret
        .endproc

        .equ  length_of_digits, system.pad - system.digits

; The text of a number in the current base.
;   takes r1: the number; r2: 1 if it has a sign, else 0
;   gives r1: the address of the text; r2: how many bytes
        .proc number_text
        registers
        .clobbers r3
        .save r18, r19, r20
        .alias left: r18
        .alias negative: r19
        .alias base: r20
        enter
        mov   left, r1
        slt   negative, r1, 0
        and   negative, negative, r2
        .if   negative
        neg   left, left
        .endif
        ld    base, [space + system.base]
        call  begin_number
next:   remu  r1, left, base
        divu  left, left, base
        call  hold_digit
        bnez  left, next
        .if   negative
        li    r1, '-'
        call  hold_byte
        .endif
        ld    r1, [notes + note.hold]
        li    r2, system.digits + length_of_digits
        sub   r2, r2, r1
        return
        .endproc

; Prints a number, with spaces in front.
;   takes r1: the number; r2: 1 if it has a sign, else 0; r3: how many places it has at least
        .proc print_number
        registers
        .clobbers r1, r2, r3, c1
        .save r18, r19, r20
        .alias address: r18
        .alias count: r19
        .alias blanks: r20
        enter
        mov   blanks, r3
        call  number_text
        mov   address, r1
        mov   count, r2
        sub   blanks, blanks, count
        .while blanks > 0
        li    r1, ' '
        call  print_byte
        sub   blanks, blanks, 1
        .endw
        mov   r1, address
        mov   r2, count
        call  print_bytes
        return
        .endproc

; A word that prints a number.
        .macro printing name, text, has_sign
        code  \name, \text
        enter
        pop   r1
        li    r2, \has_sign
        li    r3, 0
        call  print_number
        li    r1, ' '
        call  print_byte
        return
        .endproc
        .endm

; A word that prints a number in so many places.
        .macro printing_right name, text, has_sign
        code  \name, \text
        enter
        ld    r1, [data + cell]
        ld    r3, [data]
        cadd  data, data, 2 * cell
        li    r2, \has_sign
        call  print_number
        return
        .endproc
        .endm

        printing dot, ".", 1
        printing dot_unsigned, "u.", 0
        printing_right dot_right, ".r", 1
        printing_right dot_unsigned_right, "u.r", 0

; --- Text by pieces: <# # #s hold sign #> ---

; <# ( -- )
        code  begin_number, "<#"
        enter
        call  begin_number
        return
        .endproc

; hold ( byte -- )
        code  hold, "hold"
        enter
        pop   r1
        call  hold_byte
        return
        .endproc

; sign ( n -- ) A minus, if the number is negative.
        code  sign, "sign"
        enter
        pop   r1
        .if   r1 < 0
        li    r1, '-'
        call  hold_byte
        .endif
        return
        .endproc

; Divides a number of two cells by the base, which is small, in pieces of 32 bits, and puts the remainder in front.
        .proc next_digit
        registers
        .clobbers r1, r2, r3, r4, r5
        .alias base: r3
        .alias rest: r4
        enter
        ld    base, [space + system.base]
        ld    r1, [data]                ; the high half
        divu  r2, r1, base
        remu  rest, r1, base
        st    r2, [data]
        ld    r1, [data + cell]         ; the low half, its own high half first
        shr   r2, r1, 32
        shl   rest, rest, 32
        or    rest, rest, r2
        divu  r5, rest, base
        shl   r5, r5, 32
        remu  rest, rest, base
        zxw   r2, r1
        shl   rest, rest, 32
        or    rest, rest, r2
        divu  r2, rest, base
        or    r5, r5, r2
        st    r5, [data + cell]
        remu  r1, rest, base
        call  hold_digit
        return
        .endproc

; # ( ud -- ud )
        code  digit, "#"
        enter
        call  next_digit
        return
        .endproc

; #s ( ud -- ud ) All digits that are left, and one at least.
        code  digits, "#s"
        enter
next:   call  next_digit
        ld    r1, [data]
        ld    r2, [data + cell]
        or    r1, r1, r2
        bnez  r1, next
        return
        .endproc

; #> ( ud -- address n )
        code  end_number, "#>"
        ld    r1, [notes + note.hold]
        li    r2, system.digits + length_of_digits
        sub   r2, r2, r1
        st    r1, [data + cell]
        st    r2, [data]
        endcode

; --- The base ---

        constant base, "base", system.base

        code  decimal, "decimal"
        li    r1, 10
        st    r1, [space + system.base]
        endcode

        code  hex, "hex"
        li    r1, 16
        st    r1, [space + system.base]
        endcode
