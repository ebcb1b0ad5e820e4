; Say hello and goodbye on the console, and end with status 7.
; main begins with the console in c2; what it leaves in r1 is the exit status.

        .text

        .proc main
        la    c1, greeting
        cget  r1, c1, length
        io    r1, c2, c1, write
        la    c1, farewell
        cget  r1, c1, length
        io    r1, c2, c1, write
        li    r1, 7
        ret
        .endproc

        .rodata

greeting:
        .ascii "Hello from ring 4.\n"
farewell:
        .ascii "Goodbye.\n"
