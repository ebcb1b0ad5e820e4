; Read a line, and say how many words and letters are in it, how long its words are, and how long
; the longest is.

        .text

        .proc main
        .alias console: c8              ; names for registers, known in this procedure only
        .alias words: r16
        .alias letters: r17
        .alias longest: r18
        .save  c8, r16, r17, r18        ; a procedure gives these back as it found them
        enter
        cmov  console, c2

        la    c1, line
        cget  r1, c1, length            ; at most so many bytes;
        io    r1, console, c1, read     ; r1 becomes how many there were

        li    words, 0
        li    letters, 0
        li    longest, 0
        li    r2, 0                     ; how far we are
        li    r4, 0                     ; 1 if the byte before was a letter
        li    r6, 0                     ; letters of the word so far
count:  bge   r2, r1, report
        ldb   r3, [c1 + r2]
        add   r2, r2, 1
        or    r3, r3, 0x20              ; makes capital letters small
        sub   r3, r3, 'a'
        sltu  r3, r3, 26                ; 1 for a letter, 0 for anything else
        add   letters, letters, r3
        sltu  r5, r4, r3                ; 1 where a letter follows something else:
        add   words, words, r5          ; a word begins
        mov   r4, r3
        add   r6, r6, 1                 ; one more,
        mul   r6, r6, r3                ; or none after anything else
        bgeu  longest, r6, count
        mov   longest, r6
        j     count

report: mov   r1, words
        la    c1, words_with
        cmov  c2, console
        call  print_count
        mov   r1, letters
        la    c1, letters_end
        cmov  c2, console
        call  print_count
        beqz  words, done               ; division by zero would trap
        divu  r1, letters, words
        la    c1, a_word
        cmov  c2, console
        call  print_count
        mov   r1, longest
        la    c1, in_longest
        cmov  c2, console
        call  print_count
done:   li    r1, 0
        return
        .endproc

; Prints a number in decimal, and a text behind it. The digits come out last one first, so they
; fill their room from its end.
        .proc print_count, number: r1, text: c1, console: c2
        .local digits, 24               ; room on the stack
        enter
        li    r2, 24
next:   sub   r2, r2, 1
        remu  r3, number, 10
        add   r3, r3, '0'
        stb   r3, [sp + r2 + digits]
        divu  number, number, 10
        bnez  number, next
        cadd  c3, sp, r2 + digits       ; the first digit
        neg   r3, r2
        add   r3, r3, 24                ; how many digits
        io    r3, console, c3, write
        cget  r3, text, length
        io    r3, console, text, write
        return
        .endproc

        .data
line:   .space 80

        .rodata
words_with:
        .ascii " words with "
letters_end:
        .ascii " letters\n"
a_word: .ascii " letters in a word on average\n"
in_longest:
        .ascii " letters in the longest\n"
