; Say hello on the console, and end with status 0.
; main begins with the console in c2; what it leaves in r1 is the exit status.

        .text

        .proc main
        la    c1, greeting              ; a capability to these bytes and no others
        cget  r1, c1, length            ; it knows how many they are
        io    r1, c2, c1, write         ; the console takes them
        li    r1, 0
        ret
        .endproc

        .rodata

greeting:
        .ascii "Hello from ring 4.\n"
