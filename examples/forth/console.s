; The console: what is printed and what is read.

; Prints a text.
;   takes c1: a capability to its bytes
        .proc print, text: c1
        registers
        .clobbers r1
        cget  r1, text, length
        io    r1, console, text, write
        ret
        .endproc

; Prints bytes of the space.
;   takes r1: their address; r2: how many
        .proc print_bytes, address: r1, count: r2
        registers
        .clobbers r2, c1
        .if   count > 0
        cadd  c1, space, address
        io    count, console, c1, write
        .endif
        ret
        .endproc

; Prints a byte.
;   takes r1: the byte
        .proc print_byte
        registers
        .clobbers r2, c1
        stb   r1, [space + system.letter]
        cadd  c1, space, system.letter
        li    r2, 1
        io    r2, console, c1, write
        ret
        .endproc

; Reads a line, without what ends it. One that is too long is cut, and the rest is the next line.
;   takes r1: where to put it; r2: how many bytes at most
;   gives r1: how many bytes there are; -1 at the end of the input
        .proc read_line, address: r1, room: r2
        registers
        .clobbers r3, r4, r5, c1
        .alias count: r3
        li    count, 0
        .while count < room
        add   r4, address, count
        cadd  c1, space, r4
        li    r5, 1
        io    r5, console, c1, read
        .if   r5 != 1                   ; there is no more
        .if   count == 0
        li    count, -1
        .endif
        .break
        .endif
        ldb   r5, [c1]
        .if   r5 == '\n'
        .break
        .endif
        add   count, count, 1
        .endw
        mov   r1, count
        ret
        .endproc

; emit ( byte -- )
        code  emit, "emit"
        enter
        pop   r1
        call  print_byte
        return
        .endproc

; type ( address n -- )
        code  type, "type"
        enter
        ld    r1, [data + cell]
        ld    r2, [data]
        cadd  data, data, 2 * cell
        call  print_bytes
        return
        .endproc

; cr ( -- )
        code  cr, "cr"
        enter
        li    r1, '\n'
        call  print_byte
        return
        .endproc

; space ( -- )
        code  space, "space"
        enter
        li    r1, ' '
        call  print_byte
        return
        .endproc

; spaces ( n -- )
        code  spaces, "spaces"
        .save r18
        enter
        pop   r18
        .while r18 > 0
        li    r1, ' '
        call  print_byte
        sub   r18, r18, 1
        .endw
        return
        .endproc

; key ( -- byte ) or -1 at the end of the input.
        code  key, "key"
        cadd  c1, space, system.letter
        li    r2, 1
        io    r2, console, c1, read
        li    r1, -1
        .if   r2 == 1
        ldb   r1, [c1]
        .endif
        push  r1
        endcode

; accept ( address n -- n ) Reads a line.
        code  accept, "accept"
        enter
        pop   r2
        ld    r1, [data]
        call  read_line
        .if   r1 < 0
        li    r1, 0
        .endif
        st    r1, [data]
        return
        .endproc
