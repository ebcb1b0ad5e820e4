; bare: a supervisor that sleeps until its console has something, echoes it in capitals, and ends with it. A program of
; ring 4 computes meanwhile, and is interrupted.
        .equ    everything, ((1 << 28) - 1) << 28
        .equ    data, (permission.read | permission.write) << 56
        .equ    holds, (permission.load_capability | permission.store_capability | permission.load_mutable) << 56

        .segment stack0, rw, hold, rings(0, 0, 0), number(abi.segment_stacks), length(4096)
        .segment kernel, rx, rings(0, 0, 0)
        .entry  boot

        .proc   boot
        li      r1, segment(stack0) << 32 | length(stack0)
        li      r2, data | holds | length(stack0) << 28
        mint    sp, r1, r2
        li      r1, handler
        setctl  entry, r1
        li      r1, 1 << abi.slot_console | 1 << abi.line_timer
        setctl  lines, r1
        li      r1, segment(program) << 32 | 4 << 48
        li      r2, (permission.read | permission.execute) << 56 | everything
        mint    c7, r1, r2
        creturn c7, c7
        li      r1, 1500
        setctl  timer, r1
        li      r1, 0
        setctl  masked, r1
        ret     c7
        .endproc

; Each interrupt: what there is of input goes out again; at its end the machine goes off. The program is interrupted often.
        .proc   handler
        li      r2, data | everything
        li      r1, (abi.segment_devices + abi.slot_console) << 32
        mint    c1, r1, r2
        li      r1, segment(buffer) << 32
        mint    c2, r1, r2
        li      r1, 3
        io      r1, c1, c2, poll
        blt     r1, 0, off
        beqz    r1, on
        ldb     r3, [c2]
        xor     r3, r3, 32
        stb     r3, [c2]
        io      r1, c1, c2, write
on:     clock   r1
        add     r1, r1, 50
        setctl  timer, r1
        resume
off:    li      r1, (abi.segment_devices + abi.slot_power) << 32
        mint    c1, r1, r2
        li      r1, 9
        io      r1, c1, c0, control
        .endproc

        .segment buffer, rw, rings(0, 0, 0), length(16)

        .segment program, rx, rings(4, 4, 4)
        .proc   compute
again:  add     r1, r1, 1
        mul     r2, r1, r1
        j       again
        .endproc
