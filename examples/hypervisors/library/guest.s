; A guest is made: its memory, and what a machine has in its registers when it is reset.

        .segment hypervisor

; Makes a guest of the image, ready to run, whose devices are ours. Nothing of it is ours to look at from here on but
; bytes: its memory is lent to it, and its tags mean something in there only.
;   takes c8: the window, c9: our own reset record
;   gives c10: the block, c11: the table of devices
        .proc   make_guest
        hosting
        .alias  file: c1
        .alias  header: c2
        .alias  size: r16               ; bytes of the window, and so of the guest's memory
        .alias  free: r17               ; the first byte behind its image
        .alias  base: r18               ; where it has its descriptors,
        .alias  count: r19              ;   how many,
        .alias  start: r20              ;   and where it begins
        la      block, guest_block
        la      devices, guest_devices
        cget    size, window, length
        cmov    c3, window
        mov     r3, size
        lend    c3, r3

; The parts of the image go to their places in its memory, which is zero everywhere else.

        la      file, image
        ld      start, [file + elf.start]
        ld      r4, [file + elf.headers]
        ldh     r5, [file + elf.header_count]
        ldh     r6, [file + elf.header_size]
        li      free, 0
        .while  r5
        cadd    header, file, r4
        ld      r1, [header + part.real]
        ld      r2, [header + part.in_memory]
        ld      r3, [header + part.in_file]
        ld      r7, [header + part.offset]
        ld      r8, [header + part.address]
        li      r9, abi.segment_descriptors << segment_shift
        .if     r8 == r9
        mov     base, r1
        shr     count, r2, 5
        .endif
        add     r2, r1, r2
        .if     unsigned(free < r2)
        mov     free, r2
        .endif
        cadd    c3, window, r1
        cadd    c4, file, r7
        copy    c3, c4, r3
        add     r4, r4, r6
        sub     r5, r5, 1
        .endw

; What a machine is told at reset is in a segment of fixed number: what we were told, but for memory and depth.

        .assert sizeof(entry) == 1 << 5
        add     r1, base, abi.segment_reset * sizeof(entry)
        ld      r1, [window + r1 + entry.base]
        cadd    c3, window, r1
        cmov    c4, c3
        cmov    c5, record
        li      r3, size.reset
        copy    c4, c5, r3
        st      size, [c3 + reset.memory_size]
        st      size, [c3 + reset.memory_left]
        st      free, [c3 + reset.free]
        ld      r1, [c3 + reset.depth_left]
        sub     r1, r1, 1
        st      r1, [c3 + reset.depth_left]
        st      r1, [block + machine.depth_given]
        st      size, [block + machine.memory_given]

; All registers are zero but the program counter, which is the whole segment that the image begins in. Interrupts are
; masked, and all labels allowed.

        shr     r1, start, segment_shift
        shl     r1, r1, 5
        add     r1, r1, base
        cadd    c3, window, r1          ; the descriptor of that segment
        ldb     r2, [c3 + entry.generation]
        shl     r2, r2, generation_shift
        or      r2, r2, start
        st      r2, [block + machine.context + context.pc]
        ldw     r2, [c3 + entry.length]
        shl     r2, r2, limit_shift
        li      r3, executes
        or      r2, r2, r3
        ldb     r3, [c3 + entry.rights]
        and     r3, r3, descriptor.read
        .if     r3
        li      r3, reads
        or      r2, r2, r3
        .endif
        st      r2, [block + machine.context + context.pc + 8]
        li      r1, 1 << 16             ; the tag of the program counter
        st      r1, [block + machine.context + context.tags]
        li      r1, 1
        st      r1, [block + machine.context + context.status]
        st      base, [block + machine.process + process.descriptor_base]
        st      count, [block + machine.process + process.descriptor_count]
        cadd    c3, block, machine.process + process.read_labels
        li      r1, -1
        li      r2, 2 * 32              ; those that it may read, and those that it may write
        fill    c3, r1, r2
        ret
        .endproc
