; What ring 0 does first, where there is nothing yet.

        .segment guest_memory, rw, hold, length(PAGE)   ; its place and length are found by make_window

; Makes the capabilities that the image asks for, so that `la` works.
;   gives c12: the descriptors
        .macro  make_capabilities
        li      r2, reads | writes | everything
        li      r1, segment(descriptors) << segment_shift
        mint    c12, r1, r2
        li      r1, segment(relocations) << segment_shift
        mint    c1, r1, r2
        ldw     r3, [c12 + segment(relocations) * sizeof(entry) + entry.length]
        li      r5, reads | writes | holds | everything
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
        .endm

; Makes the segment that will be the guest's memory: from the first page behind our image to the end of ours, or as long
; as a segment can be.
;   takes c12: the descriptors
;   gives r1 and r2: the words of a capability to it, for ring 0
        .macro  make_window
        la      c1, reset
        ld      r1, [c1 + reset.free]
        add     r1, r1, PAGE - 1
        and     r1, r1, -PAGE
        ld      r3, [c1 + reset.memory_size]
        sub     r3, r3, r1
        li      r2, (1 << 28) - PAGE
        .if     unsigned(r3 > r2)
        mov     r3, r2
        .endif
        st      r1, [c12 + segment(guest_memory) * sizeof(entry) + entry.base]
        stw     r3, [c12 + segment(guest_memory) * sizeof(entry) + entry.length]
        li      r1, segment(guest_memory) << segment_shift
        li      r2, reads | writes | holds
        shl     r3, r3, limit_shift
        or      r2, r2, r3
        .endm
