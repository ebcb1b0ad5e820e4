; Linking by trap. A program calls procedures of a library that it knows by name alone. The first call of each traps, a
; linker finds the procedure, and the call goes on. The second call finds the link made, until it is taken back.

        .equ  LINKED, 1                 ; trap 1 tells the kernel that the link is made,
        .equ  UNKNOWN, 2                ;   trap 2 that it cannot be
        .equ  NAME, 16                  ; bytes of a name

        .text

; Calls a procedure twice, replaces it, and calls it twice again.
        .proc main
        enter
        la    c1, begin
        callc c1                        ; the kernel gets ready
        li    r1, 21
        la    c1, use_double
        la    c2, doubled
        call  try
        li    r1, 42
        la    c1, use_double
        la    c2, doubled
        call  try
        la    c1, double_name
        la    c2, triple
        call  replace
        li    r1, 21
        la    c1, use_double
        la    c2, doubled
        call  try
        li    r1, 42
        la    c1, use_double
        la    c2, doubled
        call  try
        li    r1, 0
        return
        .endproc

; Replaces a procedure: under its name another one is offered, and links to the old one are taken back.
;   takes c1: the name, of NAME bytes; c2: the new procedure
        .proc replace, name: c1, new: c2
        .alias row: c3
        .alias old: c4
        .alias slot: c5
        ld    r2, [name]
        ld    r3, [name + 8]
        la    row, exports
        .while 1
        ld    r4, [row + export.name]
        ld    r5, [row + export.name + 8]
        .if   r2 == r4 && r3 == r5
        .break
        .endif
        cadd  row, row, sizeof(export)  ; what has never been there traps, behind the last one
        .endw
        ldc   old, [row + export.entry]
        stc   new, [row + export.entry]

        la    slot, links
        cget  r4, slot, limit
next:   ldc   c6, [slot]
        csame r5, c6, old
        .if   r5
        st    r2, [slot]                ; a store of data takes the tag away,
        st    r3, [slot + 8]            ;   and the name is there again
        .endif
        cadd  slot, slot, NAME
        cget  r5, slot, cursor
        bltu  r5, r4, next
        ret
        .endproc

; Has the program use a procedure, and prints what came of it.
;   takes r1: a number; c1: the procedure of the program; c2: the text to print
        .proc try
        .alias seen: c9
        .save  c8, c9
        enter
        cmov  c8, c2
        la    seen, numbers
        st    r1, [seen]
        callc c1
        st    r1, [seen + 8]
        st    r2, [seen + 16]
        cmov  c1, c8
        call  print
        return
        .endproc

; --- The program: pure text, and links of its own ---

; What it calls: a slot each. As long as there is no link in it, there is the name.
        .macro unlinked name
        .ascii \name
        .align NAME
        .endm

        .segment links, rw, hold
double_link: unlinked "double"
square_link: unlinked "square"
cube_link: unlinked "cube"

        .segment program, rx

; Calls what a slot leads to, and measures it.
;   takes r1: a number
;   gives r1: what was made of it; r2: how many steps that took
        .macro use slot
        .save r16
        enter
        clock r16
        ldk   c1, offset(\slot) / NAME  ; traps as long as there is no capability
        callc c1
        clock r2
        sub   r2, r2, r16 + 1           ; of these the first `clock` was one
        return
        .endm

        .proc use_double
        use   double_link
        .endproc

        .proc use_square
        use   square_link
        .endproc

        .proc use_cube
        use   cube_link
        .endproc

; --- The library ---

        .segment library, rx

        .proc double, number: r1
        add   number, number, number
        ret
        .endproc

        .proc square, number: r1
        mul   number, number, number
        ret
        .endproc

        .proc triple, number: r1
        add   number, number, number << 1
        ret
        .endproc

; What it offers: names, and what they stand for.
        .struct export
name:   .space NAME
entry:  .cap
        .endstruct

        .macro offer name, procedure
        .ascii \name
        .align NAME
        .cap  \procedure
        .endm

        .segment exports, rw, hold
        offer "square", square
        offer "double", double

; --- The linker, in the ring of the program ---

        .text

; Makes a link: looks up the name that is in the slot, and stores an entry capability over it. It is not called: the
; kernel comes here from an instruction that trapped, and will put all registers back.
;   takes r1: the offset of the slot
        .proc linker, slot: r1
        .alias slots: c1
        .alias row: c2
        la    slots, links
        la    row, exports
        ld    r2, [slots + slot]        ; the name, as two words
        ld    r3, [slots + slot + 8]
        cget  r6, row, limit
next:   ld    r4, [row + export.name]
        ld    r5, [row + export.name + 8]
        .if   r2 == r4 && r3 == r5
        ldc   c3, [row + export.entry]
        stc   c3, [slots + slot]        ; an ordinary store, and the link is made
        trap  LINKED
        .endif
        cadd  row, row, sizeof(export)
        cget  r4, row, cursor
        bltu  r4, r6, next
        trap  UNKNOWN
        .endproc

; --- Printing ---

; Prints a text with numbers in it: each `#` stands for the next of `numbers`.
;   takes c1: the text
        .proc print, text: c1
        .alias screen: c2
        .alias number: c3
        .alias end: r2
        enter
        la    screen, console
        la    number, numbers
        cget  end, text, limit
next:   cget  r1, text, cursor
        bgeu  r1, end, done
        ldb   r1, [text]
        beq   r1, '#', digits
        li    r1, 1
        io    r1, screen, text, write
        cadd  text, text, 1
        j     next
digits: ld    r1, [number]
        call  print_number
        cadd  number, number, 8
        cadd  text, text, 1
        j     next
done:   return
        .endproc

; Prints a number in decimal.
;   takes r1: the number; c2: the console
;   changes r1, r3, r4, c4
        .proc print_number, number: r1
        .local digits, 24
        .clobbers r1, r3, r4, c4
        enter
        cadd  c4, sp, digits + 24
        li    r3, 0
next:   remu  r4, number, 10
        add   r4, r4, '0'
        cadd  c4, c4, -1
        stb   r4, [c4]
        add   r3, r3, 1
        divu  number, number, 10
        bnez  number, next
        io    r3, c2, c4, write
        return
        .endproc

        .rodata
double_name: .ascii "double"
        .space NAME - 6
doubled: .ascii "double of # is #, in # steps\n"
squared: .ascii "square of # is #, in # steps\n"
cubed:  .ascii "cube of # is #, in # steps\n"

        .data
numbers: .dword 0, 0, 0

; --- The kernel ---

; A segment descriptor, as far as it matters here.
        .struct entry
        .space 14
linkage: .half                          ; the linkage segment of ring 0; that of ring n is n further
        .space 16
        .endstruct

        .segment waiting, rw, rings(0, 0, 0)
waiting: .space size.context            ; the context that waits for a link
is_waiting: .dword 0                    ; 1 while there is one

        .segment kernel, rx, rings(0, 0, 4), system
        .gate begin, set_up

; Takes all traps from now on, and tells the machine where the program has its links.
        .proc set_up
        li    r1, on_trap
        setctl entry, r1
        la    c1, descriptors
        li    r1, segment(links) - 4    ; the program runs in ring 4
        sth   r1, [c1 + segment(program) * sizeof(entry) + entry.linkage]
        ret
        .endproc

; All traps come here, with the context and the record of the trap on the stack of ring 0.
        .proc on_trap
        .alias context: c2
        la    c1, waiting
        la    c3, is_waiting
        cmov  context, sp
        li    r4, size.context
        ld    r1, [sp + size.context + trap.cause]
        ld    r2, [sp + size.context + trap.offset]
        ld    r3, [c3]
        beq   r1, cause.link, missing
        bne   r1, cause.software, other
        beqz  r3, other
        beq   r2, LINKED, again
        beq   r2, UNKNOWN, never
other:  setctl entry, r0                ; not for us: now it happens again, and nobody takes it
        resume

missing: bnez r3, other                 ; the linker itself should need no links
        li    r3, 1
        st    r3, [c3]
        copy  c1, context, r4
        ld    r1, [sp + context.pc]     ; go to the linker, in the ring in which the link is missing,
        li    r3, 7 << 48
        and   r1, r1, r3
        li    r3, linker
        or    r1, r1, r3
        st    r1, [sp + context.pc]
        li    r1, (permission.read | permission.execute) << 56 | length(text) << 28
        st    r1, [sp + context.pc + 8]
        st    r2, [sp + context.r + 8]  ;   with the offset of the slot in r1
        resume

again:  st    r0, [c3]
        copy  context, c1, r4
        resume                          ; the instruction that trapped runs again
never:  copy  context, c1, r4
        j     other                     ; and here it will trap again
        .endproc
