; Words for memory. None of them looks at its address: the machine does.

; @ ( address -- x )
        code  fetch, "@"
        ld    r1, [data]
        ld    r1, [space + r1]
        st    r1, [data]
        endcode

; ! ( x address -- )
        code  store, "!"
        ld    r1, [data]
        ld    r2, [data + cell]
        st    r2, [space + r1]
        cadd  data, data, 2 * cell
        endcode

; c@ ( address -- byte )
        code  fetch_byte, "c@"
        ld    r1, [data]
        ldb   r1, [space + r1]
        st    r1, [data]
        endcode

; c! ( byte address -- )
        code  store_byte, "c!"
        ld    r1, [data]
        ld    r2, [data + cell]
        stb   r2, [space + r1]
        cadd  data, data, 2 * cell
        endcode

; 2@ ( address -- x y ) where y is the first one.
        code  fetch_two, "2@"
        ld    r1, [data]
        ld    r2, [space + r1]
        ld    r1, [space + r1 + cell]
        st    r1, [data]
        push  r2
        endcode

; 2! ( x y address -- )
        code  store_two, "2!"
        ld    r1, [data]
        ld    r2, [data + cell]
        ld    r3, [data + 2 * cell]
        st    r2, [space + r1]
        st    r3, [space + r1 + cell]
        cadd  data, data, 3 * cell
        endcode

; +! ( n address -- )
        code  add_to, "+!"
        ld    r1, [data]
        ld    r2, [data + cell]
        ld    r3, [space + r1]
        add   r3, r3, r2
        st    r3, [space + r1]
        cadd  data, data, 2 * cell
        endcode

; fill ( address n byte -- )
        code  fill, "fill"
        ld    r1, [data + 2 * cell]
        ld    r2, [data + cell]
        ld    r3, [data]
        cadd  data, data, 3 * cell
        cadd  c1, space, r1
        .if   r2 > 0
        fill  c1, r3, r2
        .endif
        endcode

; move ( from to n -- ) The pieces may overlap.
        code  move, "move"
        ld    r1, [data + 2 * cell]
        ld    r2, [data + cell]
        ld    r3, [data]
        cadd  data, data, 3 * cell
        cadd  c1, space, r1
        cadd  c2, space, r2
        .if   r3 > 0
        copy  c2, c1, r3
        .endif
        endcode

; --- Room at the end of the dictionary ---

; here ( -- address )
        code  here, "here"
        ld    r1, [notes + note.here]
        push  r1
        endcode

; unused ( -- n )
        code  unused, "unused"
        ld    r1, [notes + note.here]
        li    r2, space_size
        sub   r1, r2, r1
        push  r1
        endcode

; Takes so many bytes at the end of the dictionary, or gives them back.
;   takes r1: how many
        .proc allot, bytes: r1
        registers
        .clobbers r1, r2, r3
        ld    r2, [notes + note.here]
        add   r2, r2, bytes
        li    r3, space_size
        .if   unsigned(r2 > r3)
        raise full
        .endif
        st    r2, [notes + note.here]
        ret
        .endproc

; Goes on to an address that is a multiple of a cell.
        .proc align
        registers
        .clobbers r1, r2, r3
        enter
        ld    r1, [notes + note.here]
        neg   r1, r1
        and   r1, r1, cell - 1
        call  allot
        return
        .endproc

; Puts a cell at the end of the dictionary.
;   takes r1: its value
        .proc compile
        registers
        .clobbers r1, r2, r3
        .save r18
        enter
        mov   r18, r1
        li    r1, cell
        call  allot
        ld    r2, [notes + note.here]
        st    r18, [space + r2 - cell]
        return
        .endproc

; allot ( n -- )
        code  allot, "allot"
        enter
        pop   r1
        call  allot
        return
        .endproc

; , ( x -- )
        code  comma, ","
        enter
        pop   r1
        call  compile
        return
        .endproc

; c, ( byte -- )
        code  comma_byte, "c,"
        .save r18
        enter
        pop   r18
        li    r1, 1
        call  allot
        ld    r2, [notes + note.here]
        stb   r18, [space + r2 - 1]
        return
        .endproc

; align ( -- )
        code  align, "align"
        enter
        call  align
        return
        .endproc

; aligned ( address -- address )
        code  aligned, "aligned"
        ld    r1, [data]
        add   r1, r1, cell - 1
        and   r1, r1, -cell
        st    r1, [data]
        endcode
