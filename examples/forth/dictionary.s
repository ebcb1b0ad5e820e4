; The dictionary: finding words, and making new ones.

; Looks for a word. Capitals and small letters are the same.
;   takes r1: the address of its name; r2: how many bytes
;   gives r1: its execution token; 0 if there is none
        .proc find, address: r1, count: r2
        registers
        .clobbers r2, r3, r4, r5, c1, c2
        .alias found: r1
        .if   unsigned(count > name_limit)
        li    found, 0
        ret
        .endif
        li    r3, 0
        .while r3 < count               ; the name in small letters
        add   r4, address, r3
        ldb   r4, [space + r4]
        sub   r5, r4, 'A'
        .if   unsigned(r5 < 26)
        add   r4, r4, 'a' - 'A'
        .endif
        stb   r4, [space + r3 + system.needle]
        add   r3, r3, 1
        .endw
        ld    found, [notes + note.latest]
        .while found != 0
        ldb   r3, [space + found + word.count]
        ldb   r4, [space + found + word.flags]
        and   r4, r4, flag.hidden
        .if   r3 == count && r4 == 0
        cadd  c1, space, found + word.name
        cadd  c2, space, system.needle
        cmpb  c1, c2, r3
        .if   r3 == 0                   ; nothing is left that differs
        ret
        .endif
        .endif
        ld    found, [space + found + word.link]
        .endw
        ret
        .endproc

; Whether an address is that of a word in the dictionary.
;   takes r1: the address
;   gives r1: 1 or 0
        .proc is_word, address: r1
        registers
        .clobbers r2
        ld    r2, [notes + note.latest]
        .while r2 != 0
        .if   r2 == address
        li    r1, 1
        ret
        .endif
        ld    r2, [space + r2 + word.link]
        .endw
        li    r1, 0
        ret
        .endproc

; The word of the next name in the source, which must be there.
;   gives r1: its execution token
        .proc parse_word
        registers
        .clobbers r2, r3, r4, r5, c1, c2
        enter
        call  parse_new_name
        call  find
        .if   r1 == 0
        raise undefined
        .endif
        return
        .endproc

; Makes a word at the end of the dictionary, whose body stands behind it.
;   takes r1: the address of its name; r2: how many bytes, or 0 for a word without a name; r3: its routine, as a place in
;     the table
;   gives r1: its execution token
        .proc make_word
        registers
        .clobbers r2, r3, r4, r5, c1, c2
        .save r18, r19, r20
        .alias address: r18
        .alias count: r19
        .alias routine: r20
        .alias made: r5
        enter
        mov   address, r1
        mov   count, r2
        mov   routine, r3
        .if   unsigned(count > name_limit)
        raise long_name
        .endif
        call  align
        li    r1, sizeof(word)
        call  allot
        ld    made, [notes + note.here]
        sub   made, made, sizeof(word)
        ld    r1, [notes + note.latest]
        st    r1, [space + made + word.link]
        stb   r0, [space + made + word.flags]
        stb   count, [space + made + word.count]
        li    r1, 0
        .while r1 < count
        add   r2, address, r1
        ldb   r2, [space + r2]
        sub   r3, r2, 'A'
        .if   unsigned(r3 < 26)
        add   r2, r2, 'a' - 'A'
        .endif
        add   r3, made, r1
        stb   r2, [space + r3 + word.name]
        add   r1, r1, 1
        .endw
        st    routine, [space + made + word.code]
        add   r1, made, sizeof(word)
        st    r1, [space + made + word.body]
        st    r0, [space + made + word.tail]
        st    made, [notes + note.latest]
        mov   r1, made
        return
        .endproc

; The same with the next name of the source.
;   takes r3: its routine
;   gives r1: its execution token
        .proc make_named_word
        registers
        .clobbers r2, r3, r4, r5, c1, c2
        .save r18
        enter
        mov   r18, r3
        call  parse_new_name
        mov   r3, r18
        call  make_word
        return
        .endproc

; ' ( -- token ) of the next word of the source.
        code  tick, "'"
        enter
        call  parse_word
        push  r1
        return
        .endproc

; >body ( token -- address )
        code  to_body, ">body"
        ld    r1, [data]
        ld    r1, [space + r1 + word.body]
        st    r1, [data]
        endcode

; find-name ( address n -- token | 0 )
        code  find_name, "find-name"
        enter
        pop   r2
        ld    r1, [data]
        call  find
        st    r1, [data]
        return
        .endproc

; --- Defining words: each takes the name of the new word from the source ---

; create ( -- ) The word leaves the address behind it.
        code  create, "create"
        enter
        li    r3, offset(routine.constant)
        call  make_named_word
        return
        .endproc

; variable ( -- )
        code  variable, "variable"
        enter
        li    r3, offset(routine.constant)
        call  make_named_word
        li    r1, 0
        call  compile
        return
        .endproc

; constant ( x -- ) and value ( x -- )
        .macro holding name, text
        code  \name, \text
        enter
        li    r3, offset(routine.constant)
        call  make_named_word
        pop   r2
        st    r2, [space + r1 + word.body]
        return
        .endproc
        .endm

        holding constant_word, "constant"
        holding value, "value"

; to ( x -- ) Gives another value to the next word of the source, and compiles that in a definition.
        code  to, "to", flag.immediate
        .save r18
        enter
        call  parse_word
        add   r18, r1, word.body
        ld    r2, [space + r1 + word.code]
        li    r3, offset(routine.constant)
        li    r4, offset(routine.deferred)
        .if   r2 != r3 && r2 != r4
        raise no_value
        .endif
        ld    r2, [space + system.state]
        .if   r2 != 0
        compile_word lit
        mov   r1, r18
        call  compile
        compile_word store
        .else
        pop   r1
        st    r1, [space + r18]
        .endif
        return
        .endproc

; defer ( -- ) The word does what `is` will give it.
        code  defer, "defer"
        enter
        li    r3, offset(routine.deferred)
        call  make_named_word
        li    r2, offset(xt.no_action)
        st    r2, [space + r1 + word.body]
        return
        .endproc

; What a deferred word does before it is told: nothing.
        code  no_action, "noop"
        endcode

; is ( token -- ) is `to` by another name.
        entry is, "is", to, 0, flag.immediate
        .text
