; The inner interpreter: it runs definitions, which are rows of execution tokens.

; Runs a word to its end. What it keeps in r18 to r31 may be lost if it catches an exception, so its callers keep
; nothing there.
;   takes r1: its execution token
        .proc run
        registers
        cadd  sp, sp, -16               ; `halt` takes this frame away
        stc   link, [sp]
        rpush ip
        st    r1, [space + system.launch]
        li    ip, system.launch
        cpc   again, next
next:   ld    this, [space + ip]
        add   ip, ip, cell
        ld    r1, [space + this + word.code]
        ldc   c1, [routines + r1]
        callc c1
        j     next
        .endproc

; The end of what `run` began.
        code  halt, "(halt)"
        rpop  ip
        ldc   link, [sp]
        cadd  sp, sp, 16
        endcode

; --- What words do, by their kind ---

; A definition: its words are run, and then what follows this one.
        code  colon, "(:)"
        rpush ip
        ld    ip, [space + this + word.body]
        endcode

        code  exit, "exit", flag.inside
        rpop  ip
        endcode

; A value that the word has: a constant, or the address of a variable.
        code  constant, "(constant)"
        ld    r1, [space + this + word.body]
        push  r1
        endcode

; A word made by a defining word: its address, and then what stands behind `does>`.
        code  child, "(child)"
        ld    r1, [space + this + word.body]
        push  r1
        rpush ip
        ld    ip, [space + this + word.tail]
        endcode

; A deferred word: another word in its place.
        code  deferred, "(deferred)"
        ld    r1, [space + this + word.body]
        push  r1
        j     forth.execute
        .endproc

; --- What is compiled besides words ---

; A number, which stands behind it.
        code  lit, "(literal)", flag.inside
        ld    r1, [space + ip]
        add   ip, ip, cell
        push  r1
        endcode

; Jumps: the address of where to stands behind each.
        code  branch, "(branch)", flag.inside
        ld    ip, [space + ip]
        endcode

        code  zero_branch, "(0branch)", flag.inside
        pop   r1
        ld    r2, [space + ip]
        add   ip, ip, cell
        sel   ip, r1, ip, r2
        endcode

; execute ( ... token -- ... )
        code  execute, "execute"
        pop   r1
        rpush ip
        st    r1, [space + system.detour]
        li    ip, system.detour
        endcode

; --- Exceptions ---

; catch ( ... token -- ... 0 | number )
        code  catch, "catch"
        pop   r1
        cadd  returns, returns, -sizeof(catcher)
        ld    r2, [notes + note.handler]
        st    r2, [returns + catcher.handler]
        st    ip, [returns + catcher.ip]
        cget  r2, data, cursor
        st    r2, [returns + catcher.data]
        cget  r2, sp, cursor
        st    r2, [returns + catcher.stack]
        ld    r2, [notes + note.source]
        st    r2, [returns + catcher.source]
        ld    r2, [notes + note.length]
        st    r2, [returns + catcher.length]
        ld    r2, [space + system.in]
        st    r2, [returns + catcher.in]
        cget  r2, returns, cursor
        st    r2, [notes + note.handler]
        st    r1, [space + system.trial]
        li    ip, system.trial
        endcode

; The end of what `catch` began, if nothing was thrown.
        code  uncatch, "(uncatch)"
        ld    r1, [returns + catcher.handler]
        st    r1, [notes + note.handler]
        ld    ip, [returns + catcher.ip]
        cadd  returns, returns, sizeof(catcher)
        push  r0
        endcode

; throw ( number -- ) 0 does nothing.
        code  throw, "throw"
        pop   r1
        bnez  r1, throw
        endcode

; Goes to the innermost `catch` with everything as it was there, or to `uncaught`. It does not return.
;   takes r1: the number of the exception, not 0
        .proc throw
        registers
        ld    r2, [notes + note.handler]
        beqz  r2, uncaught
        cseek returns, returns, r2
        ld    r2, [returns + catcher.handler]
        st    r2, [notes + note.handler]
        ld    ip, [returns + catcher.ip]
        ld    r2, [returns + catcher.data]
        cseek data, data, r2
        ld    r2, [returns + catcher.stack]
        cseek sp, sp, r2
        ld    r2, [returns + catcher.source]
        st    r2, [notes + note.source]
        ld    r2, [returns + catcher.length]
        st    r2, [notes + note.length]
        ld    r2, [returns + catcher.in]
        st    r2, [space + system.in]
        cadd  returns, returns, sizeof(catcher)
        st    r0, [notes + note.culprit]
        push  r1
        jmpc  again
        .endproc

; Where the program goes on after a trap.
;   takes r1: the number of the exception
        .proc trapped
        registers
        st    this, [notes + note.culprit]
        j     throw
        .endproc
