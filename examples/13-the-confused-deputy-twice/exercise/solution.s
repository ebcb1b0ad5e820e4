; A deputy that is not confused. A service in ring 1 writes notes where its callers tell it to, if they could
; have done it themselves, and says so if not.

        .text

        .proc main
        .save  c8
        enter
        cmov  c8, c2                    ; c8: the console, for all of this file
        la    c1, number_0
        li    r1, 0
        call  take_note
        la    c1, number_1
        li    r1, 1
        call  take_note
        call  log_in
        la    c1, ours
        la    c2, table
        call  take_note_to
        la    c1, theirs
        la    c2, password
        call  take_note_to
        call  log_in
        li    r1, 0
        return
        .endproc

; Has a note made in a book, and prints whether it was.
;   takes c1: what to say; r1: the number of the book; c8: the console
        .proc take_note
        .save  r16
        enter
        mov   r16, r1
        call  print
        mov   r1, r16
        la    c1, word
        la    c2, note
        callc c2
        call  print_result
        return
        .endproc

; Has a note made at a place, and prints whether it was.
;   takes c1: what to say; c2: the place; c8: the console
        .proc take_note_to
        .save  c9
        enter
        cmov  c9, c2
        call  print
        cmov  c2, c9
        la    c1, word
        la    c3, note_to
        callc c3
        call  print_result
        return
        .endproc

; Prints whether a note was made.
;   takes r1: 1 if it was; c8: the console
        .proc print_result
        enter
        la    c1, is_made
        bnez  r1, known
        la    c1, refused
known:  call  print
        return
        .endproc

; Tries whether our word is the password.
;   takes c8: the console
        .proc log_in
        enter
        la    c1, logging_in
        call  print
        la    c1, word
        la    c2, login
        callc c2
        la    c1, welcome
        bnez  r1, known
        la    c1, refused
known:  call  print
        return
        .endproc

; Prints a text.
;   takes c1: the text; c8: the console
        .proc print
        cget  r1, c1, length
        io    r1, c8, c1, write
        ret
        .endproc

        .rodata
word:   .ascii "trustno1"
logging_in: .ascii "log in with trustno1: "
welcome: .ascii "welcome\n"
refused: .ascii "refused\n"
is_made: .ascii "made\n"
number_0: .ascii "note in book 0: "
number_1: .ascii "note in book 1: "
ours:   .ascii "note to a table of ours: "
theirs: .ascii "note to the password: "

        .data
table:  .space 8

; --- The service, in ring 1 ---

        .equ  NOTE, 8                   ; bytes of a note, and of the password

; Everybody may write to the visits, and nobody outside the service to the password.
        .segment guests, rw
visits: .space NOTE
        .segment secrets, rw, rings(1, 1, 1)
password: .ascii "kangaroo"

; The books of the service, by number. It works with both of them.
        .segment shelf, rw, hold, rings(1, 1, 1)
books:  .cap visits
        .cap password

        .segment service, rx, rings(1, 1, 4)
        .gate login, do_login
        .gate note, do_note
        .gate note_to, do_note_to

; Says whether a word is the password.
;   takes c1: the word
;   gives r1: 1 if it is, else 0
        .proc do_login
        ld    r1, [c1]
        la    c2, books
        ldc   c2, [c2 + 16]
        ld    r2, [c2]
        seq   r1, r1, r2
        ret
        .endproc

; Writes a note into a book, if the caller might do so itself.
;   takes r1: the number of the book; c1: the note
;   gives r1: 1 if it is written, else 0
        .proc do_note, number: r1
        enter
        la    c2, books
        ldc   c2, [c2 + number << 4]
        cget  r2, link, ring            ; whom we work for: the link says where we return to
        cring c2, c2, r2                ; from here on it is as if the caller had brought it along
        call  do_note_to
        return
        .endproc

; Writes a note to a place, if the caller might do so itself.
;   takes c2: the place; c1: the note
;   gives r1: 1 if it is written, else 0
        .proc do_note_to
        li    r2, NOTE
        probe r1, c2, r2, write         ; 0, or the checks that would fail at the ring of the capability
        bnez  r1, no
        ld    r2, [c1]
        st    r2, [c2]
        li    r1, 1
        ret
no:     li    r1, 0
        ret
        .endproc
