; The Mandelbrot set, drawn with characters.

        .text

        .equ  COLUMNS, 72
        .equ  LINES, 25

        .proc main
        .alias console: c8
        .alias numbers: c9
        .alias line: c10
        .alias column: r16
        .alias row: r17
        .alias re: r18                  ; the point of the plane, in double precision
        .alias im: r19
        .save  c8, c9, c10, r16, r17, r18, r19
        enter
        cmov  console, c2
        la    numbers, constants
        la    line, picture
        ld    im, [numbers + TOP]
        li    row, 0
lines:  ld    re, [numbers + LEFT]
        li    column, 0
points: mov   r1, re
        mov   r2, im
        call  escape
        la    c1, shades
        ldb   r1, [c1 + r1]
        stb   r1, [line + column]
        ld    r1, [numbers + RIGHTWARD]
        fadd.d re, re, r1
        add   column, column, 1
        blt   column, COLUMNS, points
        li    r1, COLUMNS + 1           ; the line feed behind them is there already
        io    r1, console, line, write
        ld    r1, [numbers + DOWNWARD]
        fadd.d im, im, r1
        add   row, row, 1
        blt   row, LINES, lines
        li    r1, 0
        return
        .endproc

; Follows z = z * z + c from zero until it is further than 2 from zero, after which it is sure to run away.
;   takes r1, r2: c, its real and its imaginary part, in double precision
;   gives r1: after how many steps, but no more than there are shades besides the first
        .proc escape, re: r1, im: r2
        .alias x: r3                    ; z
        .alias y: r4
        .alias steps: r5
        .alias most: r6
        .alias four: r7
        .alias x2: r8                   ; their squares
        .alias y2: r9
        la    c1, shades
        cget  most, c1, length
        sub   most, most, 1
        la    c1, constants
        ld    four, [c1 + FOUR]
        li    x, 0                      ; all bits zero are zero as a float, too
        li    y, 0
        li    steps, 0
next:   fmul.d x2, x, x
        fmul.d y2, y, y
        fadd.d r10, x2, y2
        flt.d r10, four, r10
        bnez  r10, done
        fmul.d y, x, y
        fadd.d y, y, y
        fadd.d y, y, im                 ; y = 2xy + im
        fsub.d x, x2, y2
        fadd.d x, x, re                 ; x = xx - yy + re
        add   steps, steps, 1
        bltu  steps, most, next
done:   mov   r1, steps
        ret
        .endproc

        .rodata
        .equ  LEFT, 0                   ; where each of these constants is
        .equ  RIGHTWARD, 8
        .equ  TOP, 16
        .equ  DOWNWARD, 24
        .equ  FOUR, 32
constants:
        .double -2.2, 0.0444, 1.2, -0.1, 4.0
shades: .ascii "   ...,,,:::---===+++***ooo%%%###xxxXXX&&&@"

        .data
picture:
        .space COLUMNS, ' '
        .byte '\n'
