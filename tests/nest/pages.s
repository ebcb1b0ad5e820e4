; bare: a segment with a page table whose pages come when they are touched: each is missing at first, then not marked as
; used, then not as modified.
        .equ    everything, ((1 << 28) - 1) << 28
        .equ    data, (permission.read | permission.write) << 56
        .equ    holds, (permission.load_capability | permission.store_capability | permission.load_mutable) << 56
        .equ    PAGES, 4

        .segment stack0, rw, hold, rings(0, 0, 0), number(abi.segment_stacks), length(4096)
        .segment frames, rw, rings(0, 0, 0), length(PAGES * 4096)
        .segment map, rw, rings(0, 0, 0), length(PAGES * 8)
        .segment paged, rw, rings(0, 0, 0), length(4096)
        .segment kernel, rx, rings(0, 0, 0)
        .entry  boot

        .proc   boot
        li      r1, segment(stack0) << 32 | length(stack0)
        li      r2, data | holds | length(stack0) << 28
        mint    sp, r1, r2
        li      r2, data | everything
        li      r1, segment(descriptors) << 32
        mint    c1, r1, r2
        ld      r3, [c1 + segment(map) * size.descriptor]
        st      r3, [c1 + segment(paged) * size.descriptor]
        li      r3, PAGES * 4096
        stw     r3, [c1 + segment(paged) * size.descriptor + 8]
        ldb     r3, [c1 + segment(paged) * size.descriptor + 16]
        or      r3, r3, descriptor.paged
        stb     r3, [c1 + segment(paged) * size.descriptor + 16]
        li      r1, handler
        setctl  entry, r1
        li      r1, segment(paged) << 32
        mint    c2, r1, r2
        li      r16, 0
        .while  r16 < 3
        li      r17, 0
        li      r18, PAGES * 4096
        .while  r17 < r18
        ld      r19, [c2 + r17]
        add     r19, r19, r17
        st      r19, [c2 + r17]
        add     r20, r20, r19
        add     r17, r17, 520
        .endw
        add     r16, r16, 1
        .endw
        li      r1, (abi.segment_devices + abi.slot_power) << 32
        mint    c1, r1, r2
        and     r1, r20, 63
        io      r1, c1, c0, control
        .endproc

; Gives the page what it lacks.
        .proc   handler
        ld      r1, [sp + size.context + trap.cause]
        bne     r1, cause.page, $       ; nothing else should come
        li      r2, data | everything
        li      r1, segment(map) << 32
        mint    c1, r1, r2
        li      r1, segment(descriptors) << 32
        mint    c2, r1, r2
        ld      r3, [sp + size.context + trap.offset]
        shr     r3, r3, 12
        ld      r4, [c1 + r3 << 3]
        beqz    r4, fresh
        or      r4, r4, page.used | page.modified
        st      r4, [c1 + r3 << 3]
        resume
fresh:  ld      r4, [c2 + segment(frames) * size.descriptor]
        shl     r5, r3, 12
        add     r4, r4, r5
        or      r4, r4, page.present | page.writable
        st      r4, [c1 + r3 << 3]
        resume
        .endproc
