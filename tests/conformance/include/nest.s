; Machines in machines, for files that begin in ring 0.
;
; `call nest` with r1 = n, from 1 to 8, makes machines 1 to n, each in the memory of
; the one before; this program is machine 0. They are about to begin: machine n
; in the text of the segment `leaf`, the others in that of `host`, both of which
; the including file has, in ring 0, with interrupts masked and no trap entry.
; It leaves what machine 0 needs for `vmrun c1, c2, c3`. Clobbers r1 to r10 and
; c1 to c6.
;
; Each of the machines 1 to n finds in its registers
;
;     c1, c2, c3   the block, window and devices of a guest of its own
;     c4, c5       its power switch and its console
;     c6, c8       two pages of data, at `at_data` and `at_far`
;     c14, c15     its descriptors, and the end of its stack
;     r20, r21     its number, and how many machines are in it
;
; and its real memory is eight pages, at these addresses, and then the memory of
; the next. So what is at a of machine k is at a + (k - 1) * machine_size of the
; window of machine 0.

        .equ    at_descriptors, 0x0000
        .equ    at_text, 0x1000
        .equ    at_block, 0x2000
        .equ    at_devices, 0x3000
        .equ    at_stack, 0x4000
        .equ    at_data, 0x5000
        .equ    at_pages, 0x6000        ; the page table of the window
        .equ    at_far, 0x7000
        .equ    at_window, 0x8000
        .equ    machine_size, 0x8000
        .equ    arena_size, 0x50000

; The segments of machines 1 to n.

        .equ    in_descriptors, 1
        .equ    in_text, 4
        .equ    in_block, 5
        .equ    in_window, 6
        .equ    in_devices, 7
        .equ    in_stack, 8
        .equ    in_data, 9
        .equ    in_pages, 10
        .equ    in_far, 11
        .equ    in_slots, 16
        .equ    descriptor_count, 32

        .equ    as_data, descriptor.present | descriptor.read | descriptor.write | descriptor.hold
        .equ    as_text, descriptor.present | descriptor.read | descriptor.execute | 7 << r2_shift | 7 << r3_shift
        .equ    as_device, descriptor.present | descriptor.read | descriptor.write | descriptor.device | 7 << r1_shift | 7 << r2_shift | 7 << r3_shift

        .segment arena, rw, hold, rings(0, 0, 0), length(arena_size)
        .segment guest, rw, hold, rings(0, 0, 0), length(4096)
        .segment table, rw, hold, rings(0, 0, 0), length(4096)

        .macro  describe number, base, length, how
        li      r5, \base
        st      r5, [c4 + (\number) * size.descriptor + descriptor.base]
        li      r5, \length
        stw     r5, [c4 + (\number) * size.descriptor + descriptor.length]
        li      r5, \how
        stw     r5, [c4 + (\number) * size.descriptor + descriptor.flags]
        .endm

        .macro  put_capability number, segment, cursor, high
        li      r5, (\segment) << 32 | \cursor
        st      r5, [c1 + machine.context + context.c + (\number) * 16]
        li      r5, \high
        st      r5, [c1 + machine.context + context.c + (\number) * 16 + 8]
        .endm

; In a machine from 1 on: has its traps enter its text at a label; mints a
; capability to a page of its own; switches it off. The first two change r30
; and r31.

        .macro  enter_traps_at label
        li      r30, in_text << 32 | offset(\label)
        setctl  entry, r30
        .endm

        .macro  reach register, segment
        li      r30, (\segment) << 32
        li      r31, all_rights | 4096 << limit_shift
        mint    \register, r30, r31
        .endm

        .macro  power_off status
        io      \status, c4, c0, control
        .endm

        .segment kernel
        .proc   nest, count: r1
        .alias  number: r2              ; of the machine that is made,
        .alias  base: r3                ;   and where it begins in the window
        .alias  size: r4

        cmov    c6, c7
        li      r5, segment(guest) << 32
        li      r6, all_rights | 4096 << limit_shift
        mint    c1, r5, r6
        li      number, 1
        li      base, 0
each:
        bltu    count, number, made
        li      r5, segment(arena) << 32
        li      r6, all_rights | arena_size << limit_shift
        mint    c2, r5, r6
        cadd    c4, c2, base            ; where it begins
        li      size, arena_size
        sub     size, size, base

        describe in_descriptors, at_descriptors, 4096, as_data
        describe in_text, at_text, 4096, as_text
        describe in_block, at_block, 4096, as_data
        describe in_window, at_pages, 0, as_data | descriptor.paged
        describe in_devices, at_devices, 4096, as_data
        describe in_stack, at_stack, 4096, as_data
        describe in_data, at_data, 4096, as_data
        describe in_pages, at_pages, 4096, as_data
        describe in_far, at_far, 4096, as_data
        .repeat 5, slot
        describe in_slots + \slot, \slot, 0, as_device
        .endr
        sub     r6, size, machine_size  ; the window, and its page table
        stw     r6, [c4 + in_window * size.descriptor + descriptor.length]
        li      r7, 0
        li      r8, at_window | page.present | page.writable | page.used | page.modified
        cadd    c5, c4, at_pages
page:   bgeu    r7, r6, paged
        st      r8, [c5]
        add     r8, r8, 4096
        add     r7, r7, 4096
        cadd    c5, c5, 8
        j       page
paged:

; The text.

        li      r5, segment(host)
        bne     number, count, text
        li      r5, segment(leaf)
text:   shl     r7, r5, 5
        cadd    c5, c14, r7
        ldw     r7, [c5 + descriptor.length]
        shl     r5, r5, 32
        li      r8, reads | everything
        mint    c5, r5, r8
        cadd    c3, c4, at_text
        copy    c3, c5, r7

; The block.

        li      r5, segment(arena) << 32
        .equ    whole, reads | executes | 4096 << limit_shift
        cmov    c3, c1
        li      r5, 4096
        fill    c3, r0, r5
        li      r5, in_text << 32
        st      r5, [c1 + machine.context + context.pc]
        li      r5, whole
        st      r5, [c1 + machine.context + context.pc + 8]
        li      r5, 1
        st      r5, [c1 + machine.context + context.status]
        li      r5, 1 << 16 | 1 << 15 | 1 << 14 | 1 << 8 | 0x7e
        st      r5, [c1 + machine.context + context.tags]
        st      number, [c1 + machine.context + context.r + 20 * 8]
        sub     r5, count, number
        st      r5, [c1 + machine.context + context.r + 21 * 8]
        .equ    page_rights, all_rights | 4096 << limit_shift
        put_capability 1, in_block, 0, page_rights
        put_capability 2, in_window, 0, all_rights
        shl     r5, r6, limit_shift
        li      r7, all_rights
        or      r5, r5, r7
        st      r5, [c1 + machine.context + context.c + 2 * 16 + 8]
        put_capability 3, in_devices, 0, page_rights
        put_capability 4, in_slots + abi.slot_power, 0, reads | writes | everything
        put_capability 5, in_slots + abi.slot_console, 0, reads | writes | everything
        put_capability 6, in_data, 0, page_rights
        put_capability 8, in_far, 0, page_rights
        put_capability 14, in_descriptors, 0, page_rights
        put_capability 15, in_stack, 4096, page_rights
        st      zero, [c1 + machine.process + process.descriptor_base]
        li      r5, descriptor_count
        st      r5, [c1 + machine.process + process.descriptor_count]
        li      r5, -1
        .repeat 4, word
        st      r5, [c1 + machine.process + process.read_labels + 8 * \word]
        st      r5, [c1 + machine.process + process.write_labels + 8 * \word]
        .endr
        li      r5, 64
        st      r5, [c1 + machine.depth_given]
        st      size, [c1 + machine.memory_given]

; The next machine's block is in this one's memory, and so are its devices.

        cadd    c1, c4, at_block
        add     base, base, machine_size
        add     number, number, 1
        j       each
made:

; The pages of machine k are owned by machine k, and what is in the tables of
; devices by those who have them.

        li      r5, segment(arena) << 32
        li      r6, all_rights | arena_size << limit_shift
        mint    c2, r5, r6
        li      r5, arena_size
        cmov    c1, c2
        lend    c1, r5
        li      number, 1
        li      base, 0
own:    shl     r7, number, 16
        cadd    c4, c2, base
        sttag   r7, [c4]
        add     base, base, 4096
        li      r5, arena_size
        bgeu    base, r5, owned
        and     r5, base, machine_size - 1
        bnez    r5, own
        add     r5, number, 1
        bltu    count, r5, own
        mov     number, r5
        j       own
owned:
        li      number, 0
        li      base, at_devices
fill:   bgeu    number, count, filled
        add     number, number, 1
        shl     r7, number, 16
        or      r7, r7, 1               ; tagged, of that machine
        cadd    c4, c2, base
        li      r6, reads | writes | everything
        .repeat 5, slot
        li      r5, (in_slots + \slot) << 32
        st      r5, [c4 + 16 * \slot]
        st      r6, [c4 + 16 * \slot + 8]
        sttag   r7, [c4 + 16 * \slot]
        .endr
        add     base, base, machine_size
        j       fill
filled:
        li      r5, segment(table) << 32
        li      r6, all_rights | 4096 << limit_shift
        mint    c3, r5, r6
        li      r6, reads | writes | everything
        .repeat 5, slot
        li      r5, (abi.segment_devices + \slot) << 32
        mint    c4, r5, r6
        stc     c4, [c3 + 16 * \slot]
        .endr
        li      r5, segment(guest) << 32
        li      r6, all_rights | 4096 << limit_shift
        mint    c1, r5, r6
        cmov    c7, c6
        ret
        .endproc
