; bare: code that changes itself, through another segment over the same memory.
        .segment code, rx, rings(0, 0, 0), number(300)
        .segment patch, rw, rings(0, 0, 0), number(301), length(4096)
        .segment code
        .entry  boot

        .proc   boot
        li      r3, ((1 << 28) - 1) << 28
        li      r2, (permission.read | permission.write) << 56
        or      r2, r2, r3
        li      r1, segment(descriptors) << 32
        mint    c1, r1, r2
        ld      r4, [c1 + segment(code) * size.descriptor]
        st      r4, [c1 + segment(patch) * size.descriptor]     ; where the code is
        li      r1, segment(patch) << 32
        mint    c2, r1, r2
        li      r16, 0
        .while  r16 < 100
        stw     r16, [c2 + r5 + offset(change) + 4]     ; the number that is added
change: add     r17, r17, 0
        add     r16, r16, 1
        .endw
        li      r1, (abi.segment_devices + abi.slot_power) << 32
        mint    c1, r1, r2
        mov     r1, r17
        and     r1, r1, 127
        io      r1, c1, c0, control
        .endproc
