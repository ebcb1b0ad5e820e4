; A record holds a name that all may know and a secret. Show the name, then erase it:
; each procedure gets a capability to the name, and with it no way to the secret.

        .text

        .proc main
        .save c8, c9
        enter
        cmov   c8, c2                   ; the console

        la     c1, record               ; the whole record, to read and write
        cbound c9, c1, 8                ; the name alone: from the cursor, 8 bytes

        cperm  c1, c9, READ             ; for print: to read, not to write
        cmov   c2, c8
        call   print

        cmov   c1, c9                   ; for erase: to write too
        call   erase

        la     c1, record               ; main still has the record itself
        cmov   c2, c8
        call   print
        li     r1, 0
        return
        .endproc

; Prints all the bytes that c1 reaches, and ends the line.
        .proc print, text: c1, console: c2
        cget  r1, text, length
        io    r1, console, text, write
        la    c1, newline
        li    r1, 1
        io    r1, console, c1, write
        ret
        .endproc

; Fills a name with stars: as many as the capability allows.
        .proc erase, name: c1
        cget  r3, name, length
        li    r1, 0
        li    r2, '*'
next:   stb   r2, [name + r1]
        add   r1, r1, 1
        blt   r1, r3, next
        ret
        .endproc

        .equ  READ, 1

        .data
record: .ascii "Grace H."               ; the name
        .ascii "hunter22"               ; the secret

        .rodata
newline:
        .ascii "\n"
