; Numbers of 64 bits, which wrap. Division rounds down, so that the remainder has the sign of the divisor.

; A word of two numbers that is one instruction.
        .macro binary name, text, operation
        code  \name, \text
        pop   r2
        ld    r1, [data]
        \operation r1, r1, r2
        st    r1, [data]
        endcode
        .endm

; A word of two numbers that is a comparison: all bits are set if it holds, and none if not.
        .macro relation name, text, operation, first = r1, second = r2
        code  \name, \text
        pop   r2
        ld    r1, [data]
        \operation r1, \first, \second
        neg   r1, r1
        st    r1, [data]
        endcode
        .endm

; The opposite of a comparison.
        .macro contrary name, text, operation, first = r1, second = r2
        code  \name, \text
        pop   r2
        ld    r1, [data]
        \operation r1, \first, \second
        sub   r1, r1, 1
        st    r1, [data]
        endcode
        .endm

; A word of one number that is one instruction, with what that needs besides.
        .macro unary name, text, operation, operands...
        code  \name, \text
        ld    r1, [data]
        \operation r1, \operands
        st    r1, [data]
        endcode
        .endm

        binary plus, "+", add
        binary minus, "-", sub
        binary times, "*", mul
        binary and, "and", and
        binary or, "or", or
        binary xor, "xor", xor
        binary lshift, "lshift", shl
        binary rshift, "rshift", shr

        relation equal, "=", seq
        relation different, "<>", sne
        relation less, "<", slt
        relation greater, ">", slt, r2, r1
        contrary at_most, "<=", slt, r2, r1
        contrary at_least, ">=", slt
        relation below, "u<", sltu
        relation above, "u>", sltu, r2, r1

        unary negate, "negate", neg, r1
        unary invert, "invert", xor, r1, -1
        unary increment, "1+", add, r1, 1
        unary decrement, "1-", sub, r1, 1
        unary double, "2*", shl, r1, 1
        unary half, "2/", sar, r1, 1
        unary cells, "cells", shl, r1, 3
        unary cell_plus, "cell+", add, r1, cell

        constant true, "true", -1
        constant false, "false", 0
        constant bl, "bl", ' '

; A comparison with 0.
        .macro against_zero name, text, operation, first = r1, second = 0
        code  \name, \text
        ld    r1, [data]
        \operation r1, \first, \second
        neg   r1, r1
        st    r1, [data]
        endcode
        .endm

        against_zero zero_equal, "0=", seq
        against_zero zero_different, "0<>", sne
        against_zero zero_less, "0<", slt
        against_zero zero_greater, "0>", slt, r0, r1

; abs ( n -- u )
        code  abs, "abs"
        ld    r1, [data]
        .if   r1 < 0
        neg   r1, r1
        .endif
        st    r1, [data]
        endcode

; min ( n n -- n )
        code  min, "min"
        pop   r2
        ld    r1, [data]
        .if   r2 < r1
        st    r2, [data]
        .endif
        endcode

; max ( n n -- n )
        code  max, "max"
        pop   r2
        ld    r1, [data]
        .if   r2 > r1
        st    r2, [data]
        .endif
        endcode

; --- Division ---

; Divides and rounds down.
;   takes r1: the number; r2: the divisor, where 0 traps
;   gives r1: the quotient; r2: the remainder
        .proc divide, number: r1, divisor: r2
        .clobbers r3, r4
        div   r3, number, divisor
        rem   r4, number, divisor
        mov   r1, r3
        .if   r4 != 0
        xor   r3, r4, divisor
        .if   r3 < 0                    ; it was rounded up
        sub   r1, r1, 1
        add   r4, r4, divisor
        .endif
        .endif
        mov   r2, r4
        ret
        .endproc

; /mod ( n divisor -- remainder quotient )
        code  divide_both, "/mod"
        enter
        ld    r1, [data + cell]
        ld    r2, [data]
        call  divide
        st    r2, [data + cell]
        st    r1, [data]
        return
        .endproc

; / ( n divisor -- quotient )
        code  divide, "/"
        enter
        ld    r1, [data + cell]
        ld    r2, [data]
        call  divide
        cadd  data, data, cell
        st    r1, [data]
        return
        .endproc

; mod ( n divisor -- remainder )
        code  mod, "mod"
        enter
        ld    r1, [data + cell]
        ld    r2, [data]
        call  divide
        cadd  data, data, cell
        st    r2, [data]
        return
        .endproc

; u/mod ( u divisor -- remainder quotient ) without signs.
        code  divide_unsigned, "u/mod"
        ld    r1, [data + cell]
        ld    r2, [data]
        divu  r3, r1, r2
        remu  r4, r1, r2
        st    r4, [data + cell]
        st    r3, [data]
        endcode

; --- Numbers of two cells: the low half is below the high one ---

; s>d ( n -- d )
        code  to_double, "s>d"
        ld    r1, [data]
        sar   r1, r1, 63
        push  r1
        endcode

; m* ( n n -- d )
        code  times_double, "m*"
        ld    r1, [data + cell]
        ld    r2, [data]
        mul   r3, r1, r2
        mulh  r4, r1, r2
        st    r3, [data + cell]
        st    r4, [data]
        endcode

; um* ( u u -- ud )
        code  times_double_unsigned, "um*"
        ld    r1, [data + cell]
        ld    r2, [data]
        mul   r3, r1, r2
        mulhu r4, r1, r2
        st    r3, [data + cell]
        st    r4, [data]
        endcode

; d+ ( d d -- d )
        code  plus_double, "d+"
        ld    r1, [data + 3 * cell]
        ld    r2, [data + 2 * cell]
        ld    r3, [data + cell]
        ld    r4, [data]
        add   r1, r1, r3
        sltu  r3, r1, r3                ; the carry
        add   r2, r2, r4
        add   r2, r2, r3
        cadd  data, data, 2 * cell
        st    r1, [data + cell]
        st    r2, [data]
        endcode

; dnegate ( d -- d )
        code  negate_double, "dnegate"
        ld    r1, [data + cell]
        ld    r2, [data]
        sltu  r3, r0, r1                ; the borrow
        neg   r1, r1
        neg   r2, r2
        sub   r2, r2, r3
        st    r1, [data + cell]
        st    r2, [data]
        endcode
