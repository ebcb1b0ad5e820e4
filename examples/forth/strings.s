; Strings: an address and a number of bytes on the stack.

; Puts bytes of the space into the definition, with their number in front.
;   takes r1: their address; r2: how many
        .proc compile_bytes
        registers
        .clobbers r1, r2, r3, r4, c1, c2
        .save r18, r19
        .alias address: r18
        .alias count: r19
        enter
        mov   address, r1
        mov   count, r2
        mov   r1, count
        call  compile
        ld    r4, [notes + note.here]
        mov   r1, count
        call  allot
        cadd  c1, space, r4
        cadd  c2, space, address
        mov   r1, count
        .if   r1 > 0
        copy  c1, c2, r1
        .endif
        call  align
        return
        .endproc

; The text up to a quotation mark, which must be there.
;   gives r1: its address; r2: how many bytes
        .proc parse_quote
        registers
        .clobbers r3, r4, r5, r9
        enter
        li    r1, '"'
        call  parse_until
        add   r3, r1, r2
        ld    r4, [notes + note.source]
        ld    r5, [notes + note.length]
        add   r4, r4, r5
        .if   r3 == r4                  ; it came to the end
        raise unended
        .endif
        return
        .endproc

; The string that stands behind a word in a definition; the definition goes on behind it.
;   gives r1: its address; r2: how many bytes
        .proc inline_bytes
        registers
        ld    r2, [space + ip]
        add   r1, ip, cell
        add   ip, r1, r2
        add   ip, ip, cell - 1
        and   ip, ip, -cell
        ret
        .endproc

; (s") ( -- address n )
        code  string, "(s\")", flag.inside
        enter
        call  inline_bytes
        push  r1
        push  r2
        return
        .endproc

; s" ( -- address n ) Outside of a definition the string lasts until the one after the next.
        code  quote, "s\"", flag.immediate
        .save r18
        enter
        call  parse_quote
        ld    r3, [space + system.state]
        .if   r3 != 0
        .local text, 16
        st    r1, [sp + text]
        st    r2, [sp + text + 8]
        compile_word string
        ld    r1, [sp + text]
        ld    r2, [sp + text + 8]
        call  compile_bytes
        .else
        mov   r18, r2
        li    r3, quote_limit
        .if   unsigned(r18 > r3)
        mov   r18, r3
        .endif
        ld    r3, [notes + note.quote]
        xor   r3, r3, quote_limit
        st    r3, [notes + note.quote]
        add   r3, r3, system.quotes
        cadd  c2, space, r1
        cadd  c1, space, r3
        mov   r2, r18
        .if   r2 > 0
        copy  c1, c2, r2
        .endif
        push  r3
        push  r18
        .endif
        return
        .endproc

; ." ( -- ) Prints a text.
        code  dot_quote, ".\"", flag.immediate
        enter
        ld    r1, [space + system.state]
        .if   r1 != 0
        call  forth.quote
        compile_word type
        .else
        call  parse_quote
        call  print_bytes
        .endif
        return
        .endproc

; .( ( -- ) Prints a text at once, up to a parenthesis.
        code  dot_comment, ".(", flag.immediate
        enter
        li    r1, ')'
        call  parse_until
        call  print_bytes
        return
        .endproc

; abort" ( flag -- ) Ends with a text if the flag is not 0.
        code  abort_quote, "abort\"", flag.immediate | flag.inside
        .local text, 16
        enter
        call  parse_quote
        st    r1, [sp + text]
        st    r2, [sp + text + 8]
        compile_word abort_if
        ld    r1, [sp + text]
        ld    r2, [sp + text + 8]
        call  compile_bytes
        return
        .endproc

        code  abort_if, "(abort\")", flag.inside
        enter
        call  inline_bytes
        pop   r3
        .if   r3 != 0
        st    r1, [notes + note.reason]
        st    r2, [notes + note.reasons]
        raise reason
        .endif
        return
        .endproc

; abort ( -- )
        code  abort, "abort"
        raise abort
        .endproc

; count ( address -- address n ) of a string with its number of bytes in front.
        code  count, "count"
        ld    r1, [data]
        ldb   r2, [space + r1]
        add   r1, r1, 1
        st    r1, [data]
        push  r2
        endcode

; compare ( address n address n -- -1 | 0 | 1 ) by the bytes.
        code  compare, "compare"
        ld    r1, [data + 3 * cell]
        ld    r2, [data + 2 * cell]
        ld    r3, [data + cell]
        ld    r4, [data]
        cadd  data, data, 3 * cell
        mov   r5, r2
        .if   r4 < r5
        mov   r5, r4
        .endif
        sub   r4, r2, r4                ; how much longer the first one is
        cadd  c1, space, r1
        cadd  c2, space, r3
        .if   r5 > 0
        cmpb  c1, c2, r5
        .if   r5 != 0                   ; both cursors are where they differ
        ldb   r1, [c1]
        ldb   r2, [c2]
        sub   r4, r1, r2
        .endif
        .endif
        slt   r1, r4, 0
        slt   r2, r0, r4
        sub   r1, r2, r1
        st    r1, [data]
        endcode

; /string ( address n k -- address n ) The string without its first k bytes.
        code  cut_string, "/string"
        pop   r1
        ld    r2, [data]
        ld    r3, [data + cell]
        sub   r2, r2, r1
        add   r3, r3, r1
        st    r2, [data]
        st    r3, [data + cell]
        endcode
