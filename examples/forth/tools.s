; Words to look around with.

; Prints the name of a word, and a space.
;   takes r1: the word
        .proc print_name
        registers
        .clobbers r1, r2, c1
        enter
        ldb   r2, [space + r1 + word.count]
        .if   r2 == 0
        say   "(noname)"
        .else
        add   r1, r1, word.name
        call  print_bytes
        .endif
        li    r1, ' '
        call  print_byte
        return
        .endproc

; .s ( -- ) All items, the top one last, and how many they are.
        code  dot_s, ".s"
        .save r18
        enter
        call  depth_of_data
        mov   r18, r1
        li    r1, '<'
        call  print_byte
        mov   r1, r18
        li    r2, 1
        li    r3, 0
        call  print_number
        say   "> "
        .while r18 > 0
        sub   r18, r18, 1
        ld    r1, [data + r18 << 3]
        push  r1
        call  forth.dot
        .endw
        return
        .endproc

; words ( -- ) All words, the newest first, in lines of 72 bytes at most.
        code  words, "words"
        .save r18, r19
        .alias which: r18
        .alias column: r19
        enter
        li    column, 0
        ld    which, [notes + note.latest]
        .while which != 0
        ldb   r1, [space + which + word.flags]
        and   r1, r1, flag.hidden
        ldb   r2, [space + which + word.count]
        .if   r1 == 0 && r2 != 0
        add   column, column, r2
        add   column, column, 1
        .if   column > 72
        li    r1, '\n'
        call  print_byte
        ldb   column, [space + which + word.count]
        add   column, column, 1
        .endif
        mov   r1, which
        call  print_name
        .endif
        ld    which, [space + which + word.link]
        .endw
        li    r1, '\n'
        call  print_byte
        return
        .endproc

; see ( -- ) Shows what the next word of the source is.
        code  see, "see"
        .save r18, r19
        .alias which: r18
        .alias routine: r19
        enter
        call  parse_word
        mov   which, r1
        ld    routine, [space + which + word.code]
        li    r2, offset(routine.colon)
        li    r3, offset(routine.child)
        li    r4, offset(routine.constant)
        li    r5, offset(routine.deferred)
        .if   routine == r2
        say   ": "
        mov   r1, which
        call  print_name
        ld    r1, [space + which + word.body]
        ld    r2, [space + which + word.tail]
        call  see_definition
        ldb   r1, [space + which + word.flags]
        and   r1, r1, flag.immediate
        .if   r1 != 0
        say   "immediate "
        .endif
        .elseif routine == r3
        ld    r1, [space + which + word.body]
        push  r1
        call  forth.dot
        say   "constant "
        mov   r1, which
        call  print_name
        say   "does> "
        ld    r1, [space + which + word.tail]
        call  end_of_definition
        mov   r2, r1
        ld    r1, [space + which + word.tail]
        call  see_definition
        .elseif routine == r4
        ld    r1, [space + which + word.body]
        push  r1
        call  forth.dot
        say   "constant "
        mov   r1, which
        call  print_name
        .elseif routine == r5
        mov   r1, which
        call  print_name
        say   "is deferred, and is "
        ld    r1, [space + which + word.body]
        call  print_name
        .else
        mov   r1, which
        call  print_name
        say   "is written in assembly "
        .endif
        return
        .endproc

; Prints the words of a definition.
;   takes r1: where it begins; r2: where it ends
        .proc see_definition
        registers
        .clobbers r1, r2, r3, r4, c1
        .save ip, r18, r19
        .alias end: r18
        .alias token: r19
        enter
        mov   ip, r1                    ; as if it ran: so inline_bytes can be used
        sub   end, r2, cell             ; the last word is an `exit`
        .while ip < end
        ld    token, [space + ip]
        add   ip, ip, cell
        mov   r1, token
        call  is_word
        .if   r1 == 0
        say   "(noname) "
        .continue
        .endif
        li    r1, offset(xt.lit)
        .if   token == r1
        ld    r1, [space + ip]
        add   ip, ip, cell
        push  r1
        call  forth.dot
        .continue
        .endif
        mov   r1, token
        call  print_name
        mov   r1, token
        call  has_target
        .if   r1 == 1
        ld    r1, [space + ip]
        add   ip, ip, cell
        sub   r1, r1, ip                ; so many bytes on
        push  r1
        call  forth.dot
        .elseif r1 == 2
        call  inline_bytes
        call  print_bytes
        say   "\" "
        .endif
        .endw
        say   "; "
        return
        .endproc

; Where a definition ends.
;   takes r1: an address in it
;   gives r1: the address behind its last word; the same address if it is in no definition
        .proc end_of_definition, address: r1
        registers
        .clobbers r2, r3, r4
        .alias which: r2
        ld    which, [notes + note.latest]
        .while which != 0
        ld    r3, [space + which + word.body]
        ld    r4, [space + which + word.tail]
        .if   unsigned(r3 <= address) && unsigned(address < r4)
        mov   r1, r4
        ret
        .endif
        ld    which, [space + which + word.link]
        .endw
        ret
        .endproc

; What stands behind a word in a definition.
;   takes r1: its token
;   gives r1: 0: nothing; 1: an address; 2: a string
        .proc has_target, token: r1
        .clobbers r2, r3, c1
        la    c1, words_with_targets
        cget  r2, c1, length
        .while r2 > 0
        ld    r3, [c1]
        .if   r3 == token
        ld    r1, [c1 + 8]
        ret
        .endif
        cadd  c1, c1, 16
        sub   r2, r2, 16
        .endw
        li    r1, 0
        ret
        .endproc

        .rodata
words_with_targets:
        .dword offset(xt.branch), 1
        .dword offset(xt.zero_branch), 1
        .dword offset(xt.begin_loop), 1
        .dword offset(xt.begin_loop_maybe), 1
        .dword offset(xt.end_loop), 1
        .dword offset(xt.end_loop_by), 1
        .dword offset(xt.string), 2
        .dword offset(xt.abort_if), 2
        .text
