; The compiler: definitions, and the words that run while one is compiled.

; Puts a number into the definition.
;   takes r1: the number
        .proc compile_number
        registers
        .clobbers r1, r2, r3
        .save r18
        enter
        mov   r18, r1
        compile_word lit
        mov   r1, r18
        call  compile
        return
        .endproc

; Begins a definition.
;   takes r1: the new word
        .proc begin_definition
        registers
        .clobbers r2
        st    r1, [notes + note.half]
        li    r2, flag.hidden           ; until it is complete
        stb   r2, [space + r1 + word.flags]
        li    r2, -1
        st    r2, [space + system.state]
        ret
        .endproc

; : ( -- mark )
        code  define, ":"
        enter
        li    r3, offset(routine.colon)
        call  make_named_word
        call  begin_definition
        li    r1, mark.definition
        push  r1
        return
        .endproc

; :noname ( -- token mark )
        code  define_noname, ":noname"
        enter
        li    r1, 0
        li    r2, 0
        li    r3, offset(routine.colon)
        call  make_word
        push  r1
        call  begin_definition
        li    r1, mark.definition
        push  r1
        return
        .endproc

; ; ( mark -- ) Completes the definition.
        code  end_define, ";", flag.immediate | flag.inside
        enter
        li    r1, mark.definition
        call  check_mark
        compile_word exit
        ld    r1, [notes + note.half]
        ld    r2, [notes + note.here]
        st    r2, [space + r1 + word.tail]
        ldb   r2, [space + r1 + word.flags]
        and   r2, r2, ~flag.hidden
        stb   r2, [space + r1 + word.flags]
        st    r0, [notes + note.half]
        st    r0, [space + system.state]
        return
        .endproc

; Sees to it that a definition or structure ends as it began.
;   takes r1: the mark that must be on the stack, from where it is dropped
        .proc check_mark
        registers
        .clobbers r1, r2
        pop   r2
        .if   r2 != r1
        raise structure
        .endif
        ret
        .endproc

; immediate ( -- ) The newest word runs also while a definition is compiled.
        code  immediate, "immediate"
        ld    r1, [notes + note.latest]
        ldb   r2, [space + r1 + word.flags]
        or    r2, r2, flag.immediate
        stb   r2, [space + r1 + word.flags]
        endcode

; [ ( -- ) Interprets in the middle of a definition, up to `]`.
        code  interpret_now, "[", flag.immediate
        st    r0, [space + system.state]
        endcode

        code  compile_again, "]"
        li    r1, -1
        st    r1, [space + system.state]
        endcode

; literal ( x -- ) Compiles a number.
        code  literal, "literal", flag.immediate | flag.inside
        enter
        pop   r1
        call  compile_number
        return
        .endproc

; ['] ( -- ) Compiles the token of the next word as a number.
        code  tick_now, "[']", flag.immediate | flag.inside
        enter
        call  parse_word
        call  compile_number
        return
        .endproc

; compile, ( token -- )
        code  compile_token, "compile,"
        enter
        pop   r1
        call  compile
        return
        .endproc

; postpone ( -- ) What the next word does when a definition is compiled, this definition will do.
        code  postpone, "postpone", flag.immediate | flag.inside
        enter
        call  parse_word
        ldb   r2, [space + r1 + word.flags]
        and   r2, r2, flag.immediate
        .if   r2 == 0
        call  compile_number
        compile_word compile_token
        .else
        call  compile
        .endif
        return
        .endproc

; recurse ( -- ) Compiles the word that is being defined.
        code  recurse, "recurse", flag.immediate | flag.inside
        enter
        ld    r1, [notes + note.half]
        call  compile
        return
        .endproc

; does> ( -- ) What follows is what the word does that `create` has made.
        code  does, "does>", flag.immediate | flag.inside
        enter
        compile_word set_does
        return
        .endproc

; Makes the newest word do what follows, and ends the definition in which it stands.
        code  set_does, "(does>)", flag.inside
        ld    r1, [notes + note.latest]
        li    r2, offset(routine.child)
        st    r2, [space + r1 + word.code]
        st    ip, [space + r1 + word.tail]
        rpop  ip
        endcode

; char ( -- byte ) The first byte of the next name.
        code  char, "char"
        enter
        call  parse_new_name
        ldb   r1, [space + r1]
        push  r1
        return
        .endproc

; [char] ( -- ) Compiles it.
        code  char_now, "[char]", flag.immediate | flag.inside
        enter
        call  parse_new_name
        ldb   r1, [space + r1]
        call  compile_number
        return
        .endproc

        constant state, "state", system.state
