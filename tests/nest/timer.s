; bare: a timer every 997 steps, in the middle of whatever is done, and some waiting for it at the end.
        .equ    PERIOD, 997

        .segment stack0, rw, hold, rings(0, 0, 0), number(abi.segment_stacks), length(4096)
        .segment kernel, rx, rings(0, 0, 0)
        .entry  boot

        .proc   boot
        li      r1, segment(stack0) << 32 | length(stack0)
        li      r2, (permission.read | permission.write | permission.load_capability | permission.store_capability | permission.load_mutable) << 56 | length(stack0) << 28
        mint    sp, r1, r2
        li      r1, handler
        setctl  entry, r1
        li      r1, 1 << abi.line_timer
        setctl  lines, r1
        li      r1, PERIOD
        setctl  timer, r1
        setctl  masked, r0
        li      r16, 1500
        .while  r16
        add     r17, r17, r16 << 1
        sub     r16, r16, 1
        .endw
        li      r16, 3
        .while  r16
        setctl  masked, r16
        wfi
        setctl  masked, r0              ; it is up, and comes here
        sub     r16, r16, 1
        .endw
        li      r2, permission.write << 56 | ((1 << 28) - 1) << 28
        li      r1, (abi.segment_devices + abi.slot_power) << 32
        mint    c1, r1, r2
        li      r1, 3
        io      r1, c1, c0, control
        .endproc

        .proc   handler
        clock   r1
        add     r1, r1, PERIOD
        setctl  timer, r1
        resume
        .endproc
