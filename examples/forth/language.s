; The language in which the other files are written: what is kept where, and macros for the words of Forth.
;
; Five registers have one meaning everywhere, and no procedure saves them. Their names come with `registers`,
; with which each procedure begins.

        .macro registers
        .alias space: c8                ; all memory that a Forth program can reach; its cursor stays at 0
        .alias data: c9                 ; the data stack; its cursor is on the top item
        .alias returns: c10             ; the return stack, likewise
        .alias routines: c11            ; the table of routines
        .alias console: c12             ; the console
        .alias again: c13               ; the inner interpreter, where it takes the next word
        .alias notes: c14               ; what the interpreter keeps to itself
        .alias ip: r16                  ; where in a definition the next word stands
        .alias this: r17                ; the word that runs
        .endm

        .equ  register.data, 9          ; three of them as a trap record names them
        .equ  register.returns, 10
        .equ  register.routines, 11

        .equ  cell, 8                   ; bytes of an item
        .equ  name_limit, 30            ; bytes of a name
        .equ  line_limit, 1024          ; bytes of a line of input
        .equ  quote_limit, 256          ; bytes of a string that is not compiled
        .equ  data_items, 512           ; items of the stacks
        .equ  return_items, 1024
        .equ  space_size, 1 << 18       ; bytes of the space

; --- A word in the dictionary. Its address is its execution token. ---

        .struct word
link:   .dword                          ; the word before it, or 0
flags:  .byte
count:  .byte                           ; of the bytes of its name
name:   .byte name_limit
code:   .dword                          ; the place of its routine in the table
body:   .dword                          ; what the routine works on: a definition, an address, a value
tail:   .dword                          ; the definition of does>; or where the definition in the body ends
        .endstruct

        .equ  flag.immediate, 1         ; runs also while a definition is compiled
        .equ  flag.hidden, 2            ; cannot be found: its definition is not complete
        .equ  flag.inside, 4            ; makes sense in a definition only

; --- The first bytes of the space, in front of the dictionary ---

        .struct system
        .space sizeof(word)             ; out of reach: an address of 0 is a mistake, and ends the dictionary
state:  .dword                          ; not 0 while a definition is compiled
base:   .dword                          ; in which numbers are written
in:     .dword                          ; how much of the source has been read
echo:   .dword                          ; not 0: lines of input are shown
launch: .dword 2                        ; definitions of two words: any one, then `halt`,
trial:  .dword 2                        ;   `uncatch`,
detour: .dword 2                        ;   or `exit`
letter: .dword                          ; a byte on its way to the console
needle: .byte 32                        ; the name that is looked for, in small letters
line:   .byte line_limit                ; a line of input
quotes: .byte 2 * quote_limit           ; the last two strings that are not compiled
digits: .byte 72                        ; a number that becomes text, from its end
pad:    .byte 128                       ; room for programs
        .endstruct

; --- What the interpreter keeps to itself. No Forth program can reach it. ---

        .struct note
latest: .dword                          ; the newest word
here:   .dword                          ; the first free byte of the space
source: .dword                          ; the text that is read, and its bytes
length: .dword
name:   .dword                          ; the last name that was looked up, and its bytes
count:  .dword
handler: .dword                         ; the innermost frame of `catch`, on the return stack; or 0
bottom: .dword                          ; the stack pointer of `quit`
hold:   .dword                          ; where the text of a number begins
culprit: .dword                         ; the word that trapped, or 0
quote:  .dword                          ; which half of system.quotes was used last, as an offset
reason: .dword                          ; the text of abort", and its bytes
reasons: .dword
half:   .dword                          ; where the definition began that is not complete, or 0
quiet:  .dword                          ; not 0: there was a mistake, so nothing is ok
failing: .dword                         ; not 0 while a mistake is told
leaving: .dword                         ; not 0: the session ends
        .endstruct

; What `catch` keeps on the return stack.
        .struct catcher
handler: .dword                         ; the next frame outside
ip:     .dword
data:   .dword                          ; the cursors of the data stack and of the stack pointer
stack:  .dword
source: .dword                          ; where the source was read
length: .dword
in:     .dword
        .endstruct

; --- Words ---

; An entry in the dictionary: how a word is spelled, which routine it has, and what that works on.
        .macro entry name, text, routine, body = 0, flags = 0
        .segment dataspace
xt.\name:
        .dword offset($) - sizeof(word)
        .byte \flags
text:   .pascal \text
end:    .space name_limit + 1 - (end - text)
        .dword offset(routine.\routine), \body, 0
        .endm

; A word with a routine of its own, which is what follows. It ends with `endcode`, or, if it calls anything, with
; `return` and `.endproc`.
        .macro code name, text, flags = 0
        entry \name, \text, \name, 0, \flags
        .segment routine_table
routine.\name:
        .cap  forth.\name
        .text
        .proc forth.\name
        registers
        .endm

        .macro endcode
        ret
        .endproc
        .endm

; A word that leaves a number which is known from the beginning.
        .macro constant name, text, value
        entry \name, \text, constant, \value
        .text
        .endm

; --- Stacks: they grow down, and end where their capabilities do ---

        .macro push register
        cadd  data, data, -cell
        st    \register, [data]
        .endm

        .macro pop register
        ld    \register, [data]
        cadd  data, data, cell
        .endm

        .macro rpush register
        cadd  returns, returns, -cell
        st    \register, [returns]
        .endm

        .macro rpop register
        ld    \register, [returns]
        cadd  returns, returns, cell
        .endm

; --- Short forms ---

; Ends what runs, with the number of a mistake.
        .macro raise mistake
        li    r1, error.\mistake
        j     throw
        .endm

; Prints a text.
        .macro say words
        .rodata
text:   .ascii \words
        .text
        la    c1, text
        call  print
        .endm

; Puts a word into the definition that is compiled.
        .macro compile_word name
        li    r1, offset(xt.\name)
        call  compile
        .endm
