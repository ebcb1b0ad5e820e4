; The confused deputy, twice. A service in ring 1 writes notes where its callers tell it to. It also keeps the
; passwords, and a caller in ring 4 tells it to write there: first by a number, then by a capability.

        .text

        .proc main
        .save  c8
        enter
        cmov  c8, c2                    ; c8: the console, for all of this file
        call  log_in                    ; our word is not the password

        la    c1, number_0
        call  print
        la    c1, word
        li    r1, 0                     ; book 0: the visits
        la    c2, note
        callc c2
        la    c1, visits
        call  print                     ; as we meant it
        la    c1, line_end
        call  print

        la    c1, number_1
        call  print
        la    c1, word
        li    r1, 1                     ; there is a book 1, it turns out
        la    c2, note
        callc c2
        call  log_in                    ; and now it is

        la    c1, ours
        call  print
        la    c1, word
        la    c2, table                 ; a place of our own
        la    c3, note_to
        callc c3
        la    c1, table
        call  print                     ; as we meant it
        la    c1, line_end
        call  print

        la    c1, theirs
        call  print
        la    c1, word
        la    c2, password              ; a name that we know, but it becomes a capability of ring 4
        la    c3, note_to
        callc c3
        call  log_in
        li    r1, 0
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
number_0: .ascii "note in book 0, which now says: "
number_1: .ascii "note in book 1\n"
ours:   .ascii "note to a table of ours, which now says: "
theirs: .ascii "note to the password\n"
line_end: .ascii "\n"

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

; Writes a note into a book.
;   takes r1: the number of the book; c1: the note
        .proc do_note, number: r1
        la    c2, books
        ldc   c2, [c2 + number << 4]    ; a capability of ours: to what ring 1 may write
        ld    r2, [c1]
        st    r2, [c2]
        ret
        .endproc

; Writes a note to a place.
;   takes c2: the place; c1: the note
        .proc do_note_to
        ld    r2, [c1]
        st    r2, [c2]                  ; a capability of the caller's: to what ring 4 may write
        ret
        .endproc
