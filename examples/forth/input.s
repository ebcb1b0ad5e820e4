; The source: the text that is being interpreted, which is a line of input or a string.

; Makes a text the source.
;   takes r1: its address; r2: how many bytes
        .proc set_source
        registers
        st    r1, [notes + note.source]
        st    r2, [notes + note.length]
        st    r0, [space + system.in]
        ret
        .endproc

; Reads a line of input, and makes it the source.
;   gives r1: 1; or 0 at the end of the input
        .proc refill
        registers
        .clobbers r2, r3, r4, r5, c1
        .save r18
        .alias count: r18
        enter
        li    r1, system.line
        li    r2, line_limit
        call  read_line
        mov   count, r1
        .if   count < 0
        li    r1, 0
        return
        .endif
        ld    r1, [space + system.echo]
        .if   r1 != 0
        say   "> "
        li    r1, system.line
        mov   r2, count
        call  print_bytes
        li    r1, '\n'
        call  print_byte
        .endif
        li    r1, system.line
        mov   r2, count
        call  set_source
        li    r1, 1
        return
        .endproc

; Where the source is read, never behind its end whatever a program has put into >in.
;   gives r1: the address of the next byte; r2: the address behind the last one
        .proc source_place
        registers
        .clobbers r3, r4
        .alias place: r1
        .alias length: r2
        ld    r3, [notes + note.source]
        ld    length, [notes + note.length]
        ld    place, [space + system.in]
        .if   unsigned(place > length)
        mov   place, length
        .endif
        add   place, place, r3
        add   r2, r3, length
        ret
        .endproc

; Notes that the source was read up to an address.
;   takes r1: the address
        .proc set_place
        registers
        .clobbers r4
        ld    r4, [notes + note.source]
        sub   r4, r1, r4
        st    r4, [space + system.in]
        ret
        .endproc

; The next name of the source: what stands between blanks, of which any byte up to a space is one.
;   gives r1: its address; r2: how many bytes, where 0 says that there is none
        .proc parse_name
        registers
        .clobbers r3, r4, r5
        .alias place: r1
        .alias end: r2
        .alias begin: r3
        enter
        call  source_place
        .while place < end
        ldb   r4, [space + place]
        .if   r4 > ' '
        .break
        .endif
        add   place, place, 1
        .endw
        mov   begin, place
        .while place < end
        ldb   r4, [space + place]
        .if   r4 <= ' '
        .break
        .endif
        add   place, place, 1
        .endw
        mov   r5, place
        .if   place < end
        add   place, place, 1           ; the blank behind it is read too
        .endif
        call  set_place
        mov   r1, begin
        sub   r2, r5, begin
        return
        .endproc

; The source up to a byte, which is read too, or to its end.
;   takes r1: the byte
;   gives r1: the address of the text; r2: how many bytes
        .proc parse_until
        registers
        .clobbers r3, r4, r5, r9
        .alias place: r1
        .alias end: r2
        .alias begin: r5
        .alias wanted: r9
        enter
        mov   wanted, r1
        call  source_place
        mov   begin, place
        .while place < end
        ldb   r3, [space + place]
        .if   r3 == wanted
        .break
        .endif
        add   place, place, 1
        .endw
        sub   r3, place, begin
        .if   place < end
        add   place, place, 1           ; the byte itself
        .endif
        call  set_place
        mov   r1, begin
        mov   r2, r3
        return
        .endproc

; A name that must be there: parse_name, and a note of it for messages.
;   gives r1: its address; r2: how many bytes
        .proc parse_new_name
        registers
        .clobbers r3, r4, r5
        enter
        call  parse_name
        .if   r2 == 0
        raise no_name
        .endif
        st    r1, [notes + note.name]
        st    r2, [notes + note.count]
        return
        .endproc

; source ( -- address n )
        code  source, "source"
        ld    r1, [notes + note.source]
        ld    r2, [notes + note.length]
        push  r1
        push  r2
        endcode

; refill ( -- flag )
        code  refill, "refill"
        enter
        call  refill
        neg   r1, r1
        push  r1
        return
        .endproc

; parse ( byte -- address n )
        code  parse, "parse"
        enter
        ld    r1, [data]
        call  parse_until
        st    r1, [data]
        push  r2
        return
        .endproc

; parse-name ( -- address n )
        code  parse_name, "parse-name"
        enter
        call  parse_name
        push  r1
        push  r2
        return
        .endproc

; ( Skips a comment, up to a parenthesis.
        code  comment, "(", flag.immediate
        enter
        li    r1, ')'
        call  parse_until
        return
        .endproc

; \ Skips the rest of the line.
        code  line_comment, "\\", flag.immediate
        enter
        call  source_place
        ldb   r1, [space + r1 - 1]
        .if   r1 != '\n'                ; the line ends behind the word itself
        li    r1, '\n'
        call  parse_until
        .endif
        return
        .endproc

        constant to_in, ">in", system.in
        constant echo, "echo", system.echo
        constant pad, "pad", system.pad
