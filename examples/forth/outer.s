; The outer interpreter: it reads names, and runs or compiles what they name.

; Interprets the source up to its end.
        .proc interpret
        registers
        enter
        .while 1
        call  parse_name
        .if   r2 == 0
        .break
        .endif
        st    r1, [notes + note.name]
        st    r2, [notes + note.count]
        call  find
        .if   r1 != 0
        call  interpret_word
        .else
        ld    r1, [notes + note.name]
        ld    r2, [notes + note.count]
        call  interpret_number
        .endif
        .endw
        return
        .endproc

; Runs a word, or compiles it.
;   takes r1: its token
        .proc interpret_word, token: r1
        registers
        .alias flags: r2
        enter
        ldb   flags, [space + token + word.flags]
        ld    r3, [space + system.state]
        .if   r3 != 0
        and   r4, flags, flag.immediate
        .if   r4 == 0
        call  compile
        return
        .endif
        .else
        and   r4, flags, flag.inside
        .if   r4 != 0
        raise inside
        .endif
        .endif
        call  run
        return
        .endproc

; Leaves a number on the stack, or compiles it.
;   takes r1: the address of its text; r2: how many bytes
        .proc interpret_number
        registers
        enter
        call  read_number
        .if   r2 == 0
        raise undefined
        .endif
        ld    r3, [space + system.state]
        .if   r3 != 0
        call  compile_number
        .else
        push  r1
        .endif
        return
        .endproc

; evaluate ( ... address n -- ... ) Interprets a string.
        code  evaluate, "evaluate"
        .local before, 24
        enter
        ld    r1, [notes + note.source]
        st    r1, [sp + before]
        ld    r1, [notes + note.length]
        st    r1, [sp + before + 8]
        ld    r1, [space + system.in]
        st    r1, [sp + before + 16]
        pop   r2
        pop   r1
        call  set_source
        call  interpret
        ld    r1, [sp + before]
        ld    r2, [sp + before + 8]
        call  set_source
        ld    r1, [sp + before + 16]
        st    r1, [space + system.in]
        return
        .endproc

; Interprets what is there already, and then line after line, up to the end of the input or a mistake that nobody
; catches, from which `uncaught` returns.
        .proc quit
        registers
        cadd  sp, sp, -16               ; `uncaught` takes this frame away
        stc   link, [sp]
        cget  r1, sp, cursor
        st    r1, [notes + note.bottom]
        .while 1
        call  interpret
        call  answer
        call  refill
        .if   r1 == 0
        .break
        .endif
        .endw
        li    r1, 1
        st    r1, [notes + note.leaving]
        ldc   link, [sp]
        cadd  sp, sp, 16
        ret
        .endproc

; Says that all went well, unless there was a mistake.
        .proc answer
        registers
        .clobbers r1, c1
        enter
        ld    r1, [notes + note.quiet]
        ld    r2, [space + system.state]
        .if   r1 != 0
        st    r0, [notes + note.quiet]
        .elseif r2 != 0
        say   " ...\n"
        .else
        say   " ok\n"
        .endif
        return
        .endproc

; quit ( -- ) Leaves all that runs, and goes on with the next line.
        code  quit, "quit"
        st    r0, [notes + note.handler]
        raise quit
        .endproc

; bye ( -- ) Ends the session.
        code  bye, "bye"
        li    r1, 1
        st    r1, [notes + note.leaving]
        st    r0, [notes + note.handler]
        raise quit
        .endproc

; The program.
;   takes c2: the console
;   gives r1: the exit status, 0
        .proc main
        registers
        .save r16, r17, r18, r19, c8, c9, c10, c11, c12, c13, c14
        enter
        call  prepare
        call  empty_stacks
        la    c1, watch
        callc c1
        li    r1, offset(prelude)       ; the prelude is read first
        li    r2, length(prelude)
        call  set_source
        li    r1, offset(end_of_dictionary)
        st    r1, [notes + note.here]
        .while 1
        call  quit
        ld    r1, [notes + note.leaving]
        .if   r1 != 0
        .break
        .endif
        .endw
        li    r1, 0
        return
        .endproc
