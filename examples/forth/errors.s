; Mistakes: their numbers, which are those of the standard where it has one, and what is printed.

        .macro mistake name, number, words
        .equ  error.\name, \number
        .rodata
text:   .ascii \words
        .segment mistakes, rw, hold
        .dword error.\name, 0
        .cap  text
        .text
        .endm

        .struct told
number: .dword 2
text:   .cap
        .endstruct

        mistake abort, -1, "aborted"
        mistake reason, -2, "aborted"
        mistake overflow, -3, "stack overflow"
        mistake underflow, -4, "stack underflow"
        mistake return_overflow, -5, "return stack overflow"
        mistake return_underflow, -6, "return stack underflow"
        mistake full, -8, "the dictionary is full"
        mistake address, -9, "an address that does not exist"
        mistake division, -10, "division by zero"
        mistake undefined, -13, "there is no such word"
        mistake inside, -14, "makes sense in a definition only"
        mistake no_name, -16, "a name is missing"
        mistake long_number, -17, "the number is too long"
        mistake long_name, -19, "this name is too long"
        mistake structure, -22, "does not fit what is open here"
        mistake no_value, -32, "holds no value"
        mistake unended, -39, "the source ends too early"
        mistake quit, -56, "quit"
        mistake no_word, -256, "this is no word"
        mistake machine, -257, "the machine refuses this"

; Tells a mistake that nobody caught, takes back what is not complete, and returns from `quit`.
;   takes r1: its number
        .proc uncaught
        registers
        .alias number: r18
        mov   number, r1
        ld    r2, [notes + note.bottom]
        cseek sp, sp, r2                ; the frame of quit
        ld    r2, [notes + note.failing]
        bnez  r2, broken                ; a mistake while a mistake is told
        li    r2, 1
        st    r2, [notes + note.failing]
        call  empty_stacks
        ld    r2, [space + system.base]
        sub   r2, r2, 2
        .if   unsigned(r2 > 36 - 2)     ; no number could be printed
        li    r2, 10
        st    r2, [space + system.base]
        .endif
        li    r2, error.quit
        .if   number != r2
        mov   r1, number
        call  tell
        .endif
        call  take_back
        st    r0, [space + system.state]
        st    r0, [notes + note.handler]
        st    r0, [notes + note.length]
        st    r0, [notes + note.culprit]
        st    r0, [notes + note.failing]
        li    r1, 1
        st    r1, [notes + note.quiet]
        ldc   link, [sp]
        cadd  sp, sp, 16
        ret
broken: say   "? the dictionary is broken\n"
        li    r1, 1
        st    r1, [notes + note.leaving]
        ldc   link, [sp]
        cadd  sp, sp, 16
        ret
        .endproc

; Prints `? name: what it is, in word`.
;   takes r1: the number of the mistake
        .proc tell
        registers
        .alias number: r18
        .alias culprit: r19
        .save r18, r19
        enter
        mov   number, r1
        say   "? "
        ld    r1, [notes + note.name]
        ld    r2, [notes + note.count]
        call  print_bytes
        say   ": "
        ld    r2, [notes + note.reasons]
        .if   number == error.reason && r2 != 0
        ld    r1, [notes + note.reason]
        call  print_bytes
        .else
        mov   r1, number
        call  print_mistake
        .endif
        ld    r1, [notes + note.name]
        ld    r2, [notes + note.count]
        call  find
        ld    culprit, [notes + note.culprit]
        .if   culprit != r1             ; the word itself is named already
        mov   r1, culprit
        call  is_word
        .if   r1 != 0
        say   ", in "
        add   r1, culprit, word.name
        ldb   r2, [space + culprit + word.count]
        call  print_bytes
        .endif
        .endif
        li    r1, '\n'
        call  print_byte
        return
        .endproc

; Prints the text of a mistake, or its number if it has no text.
;   takes r1: the number
        .proc print_mistake, number: r1
        registers
        .alias row: c2
        .alias left: r2
        .save r18
        enter
        la    row, mistakes
        cget  left, row, length
        .while left > 0
        ld    r3, [row + told.number]
        .if   r3 == number
        ldc   c1, [row + told.text]
        call  print
        return
        .endif
        cadd  row, row, sizeof(told)
        sub   left, left, sizeof(told)
        .endw
        mov   r18, number
        say   "exception "
        mov   r1, r18
        li    r2, 1
        li    r3, 0
        call  print_number
        return
        .endproc

; Takes a definition that is not complete out of the dictionary.
        .proc take_back
        registers
        .clobbers r1, r2
        ld    r1, [notes + note.half]
        .if   r1 != 0
        st    r1, [notes + note.here]
        ld    r2, [notes + note.latest]
        .if   r2 == r1
        ld    r2, [space + r2 + word.link]
        st    r2, [notes + note.latest]
        .endif
        st    r0, [notes + note.half]
        .endif
        ret
        .endproc
