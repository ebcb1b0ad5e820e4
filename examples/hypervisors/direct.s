; A hypervisor that does as little as it can: it gives its guest all memory
; that is left and all of its devices, and runs it. What the guest does after
; that goes to nobody but the guest, so it costs nothing, at any depth.
;
;     nestor asm hello.s -o hello
;     nestor run --bare direct.s --disk hello
;     nestor run --bare direct.s --disk hello -- 5
;
; The guest is the image on the disk. With a number above 1 as its argument it
; is a copy of this very machine, with that number less one: a nest.
;
; It begins in ring 0 of a machine without anything, and is ring 0 to its end.

        .equ    everything, ((1 << 28) - 1) << 28
        .equ    reads, permission.read << 56
        .equ    writes, permission.write << 56
        .equ    holds, (permission.load_capability | permission.store_capability | permission.load_mutable) << 56
        .equ    all_rights, reads | writes | holds
        .equ    limit_shift, 28
        .equ    generation_shift, 51
        .equ    page, 4096

; Fields of a descriptor, and how an image in the ELF format begins.

        .equ    descriptor.base, 0
        .equ    descriptor.length, 8
        .equ    descriptor.rights, 16
        .equ    descriptor.generation, 20
        .equ    elf.entry, 24
        .equ    elf.headers, 32
        .equ    elf.header_size, 54
        .equ    elf.header_count, 56
        .equ    header.offset, 8
        .equ    header.address, 16
        .equ    header.real, 24
        .equ    header.in_file, 32
        .equ    header.in_memory, 40

; Two segments get their place and length from the program: the window, which
; is all memory behind the image, and all memory before it.

        .equ    WINDOW, 290
        .equ    OWN, 291
        .equ    BLOCK, 292
        .equ    TABLE, 293

        .segment window, rw, hold, rings(0, 0, 0), number(WINDOW), length(page)
        .segment own, r, rings(0, 0, 0), number(OWN), length(page)
        .segment guest, rw, hold, rings(0, 0, 0), number(BLOCK), length(page)
        .segment table, rw, hold, rings(0, 0, 0), number(TABLE), length(page)

        .segment direct, rx, rings(0, 0, 0)
        .entry  direct

        .proc   direct
        .alias  reset: c1
        .alias  descriptors: c2
        .alias  window: c3
        .alias  block: c4
        .alias  devices: c5
        .alias  power: c6
        .alias  console: c8
        .alias  size: r16               ; bytes of the window, and so of the guest
        .alias  free: r17               ; the first byte behind the guest's image
        .alias  base: r18               ; where the guest has its descriptors,
        .alias  count: r19              ;   how many,
        .alias  start: r20              ;   and where it begins
        .alias  level: r21              ; the argument

        li      r2, reads | everything
        li      r1, abi.segment_reset << 32
        mint    reset, r1, r2
        li      r2, reads | writes | everything
        li      r1, abi.segment_descriptors << 32
        mint    descriptors, r1, r2
        li      r1, (abi.segment_devices + abi.slot_power) << 32
        mint    power, r1, r2
        li      r1, (abi.segment_devices + abi.slot_console) << 32
        mint    console, r1, r2
        li      r2, all_rights | page << limit_shift
        li      r1, BLOCK << 32
        mint    block, r1, r2
        li      r1, TABLE << 32
        mint    devices, r1, r2

; The window, from the first page behind the image to the end of memory, or as
; long as a segment can be. It is lent: its tags are the guest's from here on.

        ld      r10, [reset + reset.free]
        add     r10, r10, page - 1
        and     r10, r10, -page
        ld      size, [reset + reset.memory_size]
        sub     size, size, r10
        li      r1, (1 << 28) - page
        bgeu    r1, size, fits
        mov     size, r1
fits:   st      r10, [descriptors + WINDOW * size.descriptor + descriptor.base]
        stw     size, [descriptors + WINDOW * size.descriptor + descriptor.length]
        shl     r2, size, limit_shift
        li      r1, all_rights
        or      r2, r2, r1
        li      r1, WINDOW << 32
        mint    window, r1, r2
        cmov    c9, window
        mov     r3, size
        lend    c9, r3

; Which guest?

        li      level, 0
        ld      r1, [reset + reset.argument_count]
        beqz    r1, image
        ld      r1, [reset + reset.arguments + argument.offset]
        ldb     level, [reset + r1]
        sub     level, level, '0'
        li      r1, 2
        blt     level, r1, image

; A copy of this machine: its memory up to the window, as it is. What is in the
; segments for block and table is made anew there.

        st      zero, [descriptors + OWN * size.descriptor + descriptor.base]
        stw     r10, [descriptors + OWN * size.descriptor + descriptor.length]
        li      r1, OWN << 32
        li      r2, reads | everything
        mint    c10, r1, r2
        cmov    c9, window
        mov     r3, r10
        copy    c9, c10, r3
        mov     free, r10
        getctl  base, descriptor_base
        getctl  count, descriptor_count
        li      start, direct
        j       loaded

; The image on the disk: read into the upper half of the window as it is, from
; where its parts are copied to their places in the lower half.

image:  li      r2, reads | everything
        li      r1, (abi.segment_devices + abi.slot_block) << 32
        mint    c9, r1, r2
        shr     r10, size, 1
        and     r10, r10, -page         ; r10: where the file is in the window
        io      r11, c9, c0, identify
        shr     r11, r11, 8             ; r11: how many blocks
        li      r12, 0
        cadd    c10, window, r10
next_block:
        bgeu    r12, r11, is_read
        mov     r1, r12
        io      r1, c9, c10, read
        cadd    c10, c10, page
        add     r12, r12, 1
        j       next_block
is_read:
        cadd    c10, window, r10        ; c10: the file
        ld      start, [c10 + elf.entry]
        ld      r12, [c10 + elf.headers]
        ldh     r13, [c10 + elf.header_count]
        ldh     r14, [c10 + elf.header_size]
        li      free, 0
next_part:
        beqz    r13, parts_done
        cadd    c11, c10, r12           ; c11: the header of a part
        ld      r1, [c11 + header.real]
        ld      r2, [c11 + header.in_memory]
        ld      r3, [c11 + header.in_file]
        ld      r4, [c11 + header.offset]
        ld      r5, [c11 + header.address]
        li      r6, abi.segment_descriptors << 32
        bne     r5, r6, not_descriptors
        mov     base, r1
        shr     count, r2, 5
not_descriptors:
        add     r2, r1, r2
        bgeu    free, r2, not_further
        mov     free, r2
not_further:
        cadd    c12, window, r1
        cadd    c13, c10, r4
        copy    c12, c13, r3
        add     r12, r12, r14
        sub     r13, r13, 1
        j       next_part
parts_done:
        add     free, free, page - 1
        and     free, free, -page
        shl     r3, r11, 12             ; the file goes, so that the guest
        fill    c10, zero, r3           ;   finds zeros behind its image

; What a machine finds at reset: the record, in the segment of its number.

loaded: add     r1, base, abi.segment_reset * size.descriptor
        ld      r1, [window + r1 + descriptor.base]
        cadd    c9, window, r1          ; c9: the guest's reset record
        cmov    c10, c9
        cmov    c11, reset
        li      r3, reset.arguments
        blt     level, 2, short
        li      r3, size.reset
short:  copy    c10, c11, r3
        st      size, [c9 + reset.memory_size]
        st      size, [c9 + reset.memory_left]
        st      free, [c9 + reset.free]
        ld      r1, [c9 + reset.depth_left]
        sub     r1, r1, 1
        st      r1, [c9 + reset.depth_left]
        st      r1, [block + machine.depth_given]
        st      size, [block + machine.memory_given]
        blt     level, 2, no_arguments
        ld      r1, [c9 + reset.arguments + argument.offset]
        add     r2, level, '0' - 1
        stb     r2, [c9 + r1]
        j       registers
no_arguments:
        st      zero, [c9 + reset.argument_count]

; And its registers: all zero, but for the program counter, which is the whole
; segment that it begins in; interrupts masked; all labels allowed.

registers:
        shr     r1, start, 32
        shl     r1, r1, 5
        add     r1, r1, base
        ldb     r2, [window + r1 + descriptor.generation]
        and     r2, r2, 63
        shl     r2, r2, generation_shift
        or      r2, r2, start
        st      r2, [block + machine.context + context.pc]
        ldw     r2, [window + r1 + descriptor.length]
        shl     r2, r2, limit_shift
        ldb     r3, [window + r1 + descriptor.rights]
        li      r4, permission.execute << 56
        or      r2, r2, r4
        and     r3, r3, descriptor.read
        beqz    r3, no_read
        li      r4, reads
        or      r2, r2, r4
no_read:
        st      r2, [block + machine.context + context.pc + 8]
        li      r1, 1 << 16             ; the tag of the program counter
        st      r1, [block + machine.context + context.tags]
        li      r1, 1
        st      r1, [block + machine.context + context.status]
        st      base, [block + machine.process + process.descriptor_base]
        st      count, [block + machine.process + process.descriptor_count]
        li      r1, -1
        .repeat 4, word
        st      r1, [block + machine.process + process.read_labels + 8 * \word]
        st      r1, [block + machine.process + process.write_labels + 8 * \word]
        .endr

; All devices, each in the slot that it has here.

        li      r2, reads | writes | everything
        li      r3, 0
next_device:
        add     r1, r3, abi.segment_devices
        shl     r1, r1, 32
        mint    c9, r1, r2
        stc     c9, [devices + r3 << 4]
        add     r3, r3, 1
        blt     r3, 16, next_device

; The guest runs. It comes back here when it is off, or waits for what only
; somebody else can bring: then this machine waits for the same.

go:     vmrun   block, window, devices
        ld      r1, [block + machine.exit_reason]
        beq     r1, exit.wait, wait
        bne     r1, exit.power, stuck
        ld      r1, [block + machine.exit_operands]
        io      r1, power, c0, control

wait:   ld      r1, [block + machine.process + process.lines]
        setctl  lines, r1
        wfi
        setctl  lines, zero
        j       go

; Anything else is a mistake of the guest: a trap that it has no handler for,
; or a page that is not in its memory.

stuck:  cpc     c9, message
        li      r1, message_length
        io      r1, console, c9, write
        li      r1, 1
        io      r1, power, c0, control
        .endproc

message:
        .ascii  "direct: the guest cannot go on\n"
        .equ    message_length, 31
