        .equ r1, 5
sp:     nop
        .equ context.pc, 1
main:   ret
        .proc work, r2: r3, b: q4, sp: c1
link:   ret
        .endproc
        .segment reset, rw
        .segment console, rw
