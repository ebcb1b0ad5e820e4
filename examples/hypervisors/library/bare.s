; The beginning of a hypervisor that has the machine to itself: ring 0, nothing in the registers, and no capability
; anywhere. What lies behind it in memory will be its guest.

        .segment guest_memory, rw, hold, length(PAGE)         ; its place and length are found below
        .segment stack0, rw, hold, rings(0, 0, 0), number(abi.segment_stacks), length(PAGE)

        .segment hypervisor, rx, rings(RING, RING, RING)
        .entry  boot

        .proc   boot
        hosting
        .alias  own: c12                ; the descriptors
        .alias  size: r16

; The capabilities that the image asks for, so that `la` works.

        li      r2, reads | writes | everything
        li      r1, segment(descriptors) << segment_shift
        mint    own, r1, r2
        li      r1, segment(relocations) << segment_shift
        mint    c1, r1, r2
        ldw     r3, [own + segment(relocations) * sizeof(entry) + entry.length]
        li      r5, writes | holds & ~(permission.load_capability | permission.load_mutable) << 56 | everything
        li      r4, 0
        .while  r4 < r3
        ld      r1, [c1 + r4 + relocation.capability]
        ld      r2, [c1 + r4 + relocation.capability + 8]
        mint    c3, r1, r2
        ld      r1, [c1 + r4 + relocation.place]
        mint    c4, r1, r5
        stc     c3, [c4]
        add     r4, r4, size.relocation
        .endw
        li      r1, segment(stack0) << segment_shift | length(stack0)
        li      r2, reads | writes | holds | length(stack0) << limit_shift
        mint    sp, r1, r2

; The window: from the first page behind our image to the end of memory, or as long as a segment can be.

        la      record, reset
        ld      r1, [record + reset.free]
        add     r1, r1, PAGE - 1
        and     r1, r1, -PAGE
        ld      size, [record + reset.memory_size]
        sub     size, size, r1
        li      r2, (1 << 28) - PAGE
        .if     unsigned(size > r2)
        mov     size, r2
        .endif
        st      r1, [own + segment(guest_memory) * sizeof(entry) + entry.base]
        stw     size, [own + segment(guest_memory) * sizeof(entry) + entry.length]
        li      r1, segment(guest_memory) << segment_shift
        li      r2, reads | writes | holds
        shl     r3, size, limit_shift
        or      r2, r2, r3
        mint    window, r1, r2
        j       main
        .endproc

; Ends our machine.
;   takes r1: the status
        .proc   stop
        la      c1, power
        io      r1, c1, c0, control
        j       $
        .endproc

; Waits until one of these lines is up: our devices are the guest's.
;   takes r1: the lines
        .proc   wait
        setctl  lines, r1
        wfi
        setctl  lines, r0
        ret
        .endproc

; Says something on our console.
;   takes c1: what
        .proc   say
        cget    r1, c1, length
        la      c2, console
        io      r1, c2, c1, write
        ret
        .endproc
