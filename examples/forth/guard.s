; Traps become exceptions. No word checks an address, the depth of a stack or a divisor: the machine does, and
; what it refuses arrives here, in ring 0. The handler finds out which mistake of Forth that is, and lets
; the program go on in `trapped`, which throws it.

        .segment guard, rx, rings(0, 0, 4)
        .gate watch, install

; Makes `caught` the trap entry of the machine.
        .proc install
        .clobbers r1
        li    r1, caught
        setctl entry, r1
        ret
        .endproc

; What a trap enters: the frame is on the stack of ring 0, all registers are zero.
        .proc caught
        .alias cause: r2
        .alias through: r3              ; the capability register
        .alias where: r4                ; the offset that was tried
        ld    r1, [sp + context.pc]
        shr   r1, r1, 32
        and   r1, r1, 0xffff
        li    r5, segment(text)
        bne   r1, r5, other             ; not a trap of the words of Forth
        ld    cause, [sp + size.context + trap.cause]
        ld    through, [sp + size.context + trap.register]
        ld    where, [sp + size.context + trap.offset]
        li    r1, error.machine
        .if   cause == cause.divide
        li    r1, error.division
        .elseif through == register.routines     ; what was run is no word
        li    r1, error.no_word
        .elseif cause == cause.bounds
        li    r1, error.address
        .if   through == register.data
        li    r1, error.underflow
        li    r5, offset(data_stack)
        .if   where < r5
        li    r1, error.overflow
        .endif
        .elseif through == register.returns
        li    r1, error.return_underflow
        li    r5, offset(return_stack)
        .if   where < r5
        li    r1, error.return_overflow
        .endif
        .endif
        .endif
        st    r1, [sp + context.r + 1 * 8]
        li    r1, offset(trapped)
        stw   r1, [sp + context.pc]     ; the cursor is the low half of the first word
        resume
other:  trap  1                         ; a second trap here ends the machine, and nestor explains it
        .endproc
        .text
