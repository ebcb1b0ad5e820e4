; Move it while it runs. Machine 1 hosts machine 2, which hosts machine 3, which hosts machine 4. While all of them run, this
; program copies machine 2 with all that is in it to other memory, stops them for the pages that were written meanwhile, and
; lets the copy go on one level further out, as a guest of its own.

        .equ    COUNT, 4                ; machines in the nest
        .equ    PAGE, 4096
        .equ    NUMBERS, 1000           ; that machine 4 adds up
        .equ    SLICE, 50               ; steps that they make between one page and the next

        .equ    limit_shift, 28
        .equ    rights, (permission.read | permission.write | permission.load_capability | permission.store_capability | permission.load_mutable) << 56
        .equ    executes, (permission.read | permission.execute) << 56
        .equ    a_page, rights | PAGE << limit_shift
        .equ    everything, ((1 << 28) - 1) << limit_shift

        .struct entry                   ; a descriptor
base:   .dword
length: .word
        .space  4
flags:  .word
        .space  12
        .endstruct

        .equ    as_data, descriptor.present | descriptor.read | descriptor.write | descriptor.hold
        .equ    as_text, descriptor.present | descriptor.read | descriptor.execute
        .equ    as_device, descriptor.present | descriptor.read | descriptor.write | descriptor.device
        .equ    as_page, page.present | page.writable | page.used | page.modified

; The memory of each machine: a page for each of these, and behind them the memory of the next.

        .equ    AT_DESCRIPTORS, 0
        .equ    AT_TEXT, 1 * PAGE
        .equ    AT_BLOCK, 2 * PAGE      ; the next machine, to this one
        .equ    AT_DEVICES, 3 * PAGE    ;   and its devices
        .equ    AT_MAP, 4 * PAGE        ; the page table of the window that is the next machine's memory
        .equ    AT_DATA, 5 * PAGE
        .equ    AT_WINDOW, 8 * PAGE
        .equ    MACHINE, AT_WINDOW
        .equ    MEMORY, COUNT * MACHINE

; Its segments.

        .equ    IN_TEXT, 1
        .equ    IN_BLOCK, 2
        .equ    IN_WINDOW, 3
        .equ    IN_DEVICES, 4
        .equ    IN_DATA, 5
        .equ    IN_CONSOLE, 6
        .equ    IN_POWER, 7
        .equ    SEGMENTS, 8

        .equ    MOVED, MEMORY - AT_WINDOW       ; bytes of the memory of machine 2

        .segment memory, rw, hold, length(MEMORY)
        .segment guest_block, rw, length(PAGE)
        .segment guest_devices, rw, hold, length(PAGE)
        .segment there, rw, hold, length(MOVED)
        .segment block_there, rw, length(PAGE)

        .text

        .proc   main
        .alias  console: c8
        .alias  block: c9
        .alias  window: c10
        .alias  devices: c11
        .alias  copy_of_it: c12
        .alias  written: r16
        .alias  offset_of_page: r17
        .alias  start: r18
        .save   r16, r17, r18, c8, c9, c10, c11, c12
        enter
        cmov    console, c2
        la      block, guest_block
        la      window, memory
        la      devices, guest_devices
        stc     c2, [devices + 16 * abi.slot_console]
        stc     c3, [devices + 16 * abi.slot_power]

; First as it is without being moved.

        call    make_machines
        vmrun   block, window, devices
        ld      r1, [block + machine.exit_operands]
        ld      r2, [window + AT_BLOCK + machine.clock]
        la      c1, unmoved
        call    tell

; Then again, and page by page machine 2 is copied while all four of them go on.

        call    clear
        call    make_machines
        la      copy_of_it, there
        cmov    c1, copy_of_it
        li      r1, MOVED
        lend    c1, r1
        call    run_on
        li      offset_of_page, 0
each:   call    copy_page
        call    run_on
        add     offset_of_page, offset_of_page, PAGE
        li      r1, MOVED
        bne     offset_of_page, r1, each
        la      c1, pages
        li      r1, MOVED / PAGE
        call    print_with

; Now they stand still. What was written since it was copied is copied again.

        clock   start
        li      written, 0
        li      offset_of_page, 0
again:  call    is_written
        beqz    r1, next
        call    copy_page
        add     written, written, 1
next:   add     offset_of_page, offset_of_page, PAGE
        li      r1, MOVED
        bne     offset_of_page, r1, again
        la      c1, block_there         ; its registers, which machine 1 keeps in its memory
        cadd    c2, window, AT_BLOCK
        li      r1, PAGE
        copy    c1, c2, r1
        clock   r1
        sub     start, r1, start
        la      c1, again_text
        mov     r1, written
        call    print_with
        la      c1, pause
        mov     r1, start
        call    print_with

; Machine 1 and all that is left in it are gone; the copy goes on.

        call    clear
        la      block, block_there
        la      window, there
        vmrun   block, window, devices
        ld      r1, [block + machine.exit_operands]
        ld      r2, [block + machine.clock]
        la      c1, moved
        call    tell
        la      c1, line_end
        call    print
        li      r1, 0
        return
        .endproc

; Runs the machines for a slice.
;   takes c9 to c11: block, window and devices of machine 1
        .proc   run_on
        ld      r1, [c9 + machine.clock]
        add     r1, r1, SLICE
        st      r1, [c9 + machine.budget]
        vmrun   c9, c10, c11
        ret
        .endproc

; Takes the memory of the machines back, and leaves nothing in it.
;   takes c9: the block of machine 1
        .proc   clear
        la      c1, memory
        li      r1, MEMORY
        reclaim c1, r1
        la      c1, memory
        li      r1, MEMORY
        fill    c1, zero, r1
        cmov    c1, c9
        li      r1, PAGE
        fill    c1, zero, r1
        ret
        .endproc

; Copies a page of machine 2: its bytes, and for each granule what is beside them. It goes one level further out, so whatever
; owner a page has, the copy's is one level less deep.
;   takes r17: its offset in the memory of machine 2, c10: the window, c12: where it is copied to
        .proc   copy_page
        cadd    c1, c10, AT_WINDOW
        cadd    c1, c1, r17
        cadd    c2, c12, r17
        li      r1, PAGE
        cmov    c3, c2
        cmov    c4, c1
        copy    c3, c4, r1
        li      r1, PAGE / 16
        li      r3, 1 << 16
next:   ldtag   r2, [c1]
        sub     r2, r2, r3
        sttag   r2, [c2]
        cadd    c1, c1, 16
        cadd    c2, c2, 16
        sub     r1, r1, 1
        bnez    r1, next
        ret
        .endproc

; Whether a page has other bytes than its copy.
;   takes r17: its offset in the memory of machine 2, c10: the window, c12: the copy
;   gives r1: 1 if it is another, else 0
        .proc   is_written
        cadd    c1, c10, AT_WINDOW
        cadd    c1, c1, r17
        cadd    c2, c12, r17
        li      r1, PAGE
        cmpb    c1, c2, r1              ; stops at a byte that differs
        sltu    r1, zero, r1
        ret
        .endproc

; Prints a text with the sum, and the clock of machine 2.
;   takes c1: the text, r1: the sum, r2: the clock, c8: the console
        .proc   tell
        .save   r16
        enter
        mov     r16, r2
        call    print_with
        la      c1, clock_text
        mov     r1, r16
        call    print_with
        return
        .endproc

; Makes the machines, from the first on, each in the memory of the one before. All that a machine has is bytes in some page,
; so it can all be made from here.
;   takes c9: the block of the first, c10: the window
        .proc   make_machines
        .alias  it: c3                  ; its memory
        .alias  its_block: c4
        .alias  number: r4
        .alias  size: r5                ; of its memory
        cmov    it, c10
        cmov    its_block, c9
        li      number, 1
        li      size, MEMORY
next:   sub     r6, size, AT_WINDOW     ; of the window that it has

        .macro  describe which, base, length, flags
        li      r1, \base
        st      r1, [it + (\which) * sizeof(entry) + entry.base]
        li      r1, \length
        stw     r1, [it + (\which) * sizeof(entry) + entry.length]
        li      r1, \flags
        stw     r1, [it + (\which) * sizeof(entry) + entry.flags]
        .endm

        describe IN_TEXT, AT_TEXT, PAGE, as_text
        describe IN_BLOCK, AT_BLOCK, PAGE, as_data
        describe IN_WINDOW, AT_MAP, 0, as_data | descriptor.paged
        stw     r6, [it + IN_WINDOW * sizeof(entry) + entry.length]
        describe IN_DEVICES, AT_DEVICES, PAGE, as_data
        describe IN_DATA, AT_DATA, PAGE, as_data
        describe IN_CONSOLE, abi.slot_console, 0, as_device
        describe IN_POWER, abi.slot_power, 0, as_device

        cadd    c5, it, AT_MAP          ; its window is what is behind its own pages
        li      r1, AT_WINDOW | as_page
        mov     r2, r6
        .while  r2
        st      r1, [c5]
        cadd    c5, c5, 8
        add     r1, r1, PAGE
        sub     r2, r2, PAGE
        .endw

        cadd    c5, it, AT_TEXT
        la      c6, inside
        cget    r1, c6, length
        copy    c5, c6, r1

; What is in its registers when it begins.

        .macro  register which, segment, cursor, high
        li      r1, (\segment) << 32 | (\cursor)
        st      r1, [its_block + machine.context + context.c + (\which) * 16]
        li      r1, \high
        st      r1, [its_block + machine.context + context.c + (\which) * 16 + 8]
        .endm

        register 1, IN_BLOCK, 0, a_page
        register 2, IN_WINDOW, 0, rights
        shl     r2, r6, limit_shift
        or      r1, r1, r2
        st      r1, [its_block + machine.context + context.c + 2 * 16 + 8]
        register 3, IN_DEVICES, 0, a_page
        register 4, IN_DATA, 0, a_page
        register 5, IN_POWER, 0, rights | everything
        li      r1, 1 << 16 | 0x3e
        st      r1, [its_block + machine.context + context.tags]
        li      r1, 1                   ; interrupts are masked
        st      r1, [its_block + machine.context + context.status]
        li      r1, IN_TEXT << 32 | offset(host)
        li      r2, IN_TEXT << 32 | offset(add_up)
        .if     number == COUNT
        mov     r1, r2
        .endif
        st      r1, [its_block + machine.context + context.pc]
        li      r1, executes | PAGE << limit_shift
        st      r1, [its_block + machine.context + context.pc + 8]
        li      r1, SEGMENTS
        st      r1, [its_block + machine.process + process.descriptor_count]
        li      r1, -1
        cadd    c5, its_block, machine.process + process.read_labels
        li      r2, 2 * 32
        fill    c5, r1, r2
        li      r1, COUNT
        st      r1, [its_block + machine.depth_given]

        cadd    its_block, it, AT_BLOCK
        cadd    it, it, MACHINE
        mov     size, r6
        add     number, number, 1
        ble     number, COUNT, next

; Each page belongs to the machine that it was made for, and in the table of devices are capabilities of that machine. Their
; tags are not ours to store, but tags of pages further in may be set as the numbers that they are.

        cmov    it, c10
        li      r1, MEMORY
        cmov    c5, it
        lend    c5, r1
        li      number, 1
own:    shl     r1, number, 16          ; the owner, and no tag
        li      r2, MACHINE
        cmov    c5, it
page:   sttag   r1, [c5]
        cadd    c5, c5, PAGE
        sub     r2, r2, PAGE
        bnez    r2, page
        or      r1, r1, 1
        li      r2, rights | everything
        cadd    c5, it, AT_DEVICES
        li      r3, IN_CONSOLE << 32
        st      r3, [c5 + 16 * abi.slot_console]
        st      r2, [c5 + 16 * abi.slot_console + 8]
        sttag   r1, [c5 + 16 * abi.slot_console]
        li      r3, IN_POWER << 32
        st      r3, [c5 + 16 * abi.slot_power]
        st      r2, [c5 + 16 * abi.slot_power + 8]
        sttag   r1, [c5 + 16 * abi.slot_power]
        cadd    it, it, MACHINE
        add     number, number, 1
        ble     number, COUNT, own
        ret
        .endproc

; Prints a text.
;   takes c1: the text, c8: the console
        .proc   print
        cget    r1, c1, length
        io      r1, c8, c1, write
        ret
        .endproc

; Prints a text with a number at its end.
;   takes c1: the text, r1: the number, c8: the console
;   changes r1, r3, r4, c1
        .proc   print_with
        .local  digits, 24
        .clobbers r1, r3, r4, c1
        enter
        mov     r4, r1
        cget    r1, c1, length
        io      r1, c8, c1, write
        cadd    c1, sp, digits + 24
        li      r3, 0
next:   remu    r1, r4, 10
        add     r1, r1, '0'
        cadd    c1, c1, -1
        stb     r1, [c1]
        add     r3, r3, 1
        divu    r4, r4, 10
        bnez    r4, next
        io      r3, c8, c1, write
        return
        .endproc

        .rodata
unmoved: .ascii "left alone: the sum is "
clock_text: .ascii ", the clock of machine 2 "
pages:  .ascii  "\nmachine 2 is copied while it runs: pages "
again_text: .ascii "\nthey stand still: pages that were written since "
pause:  .ascii  ", steps until machine 2 can go on "
moved:  .ascii  "\none level further out: the sum is "
line_end: .ascii "\n"

; --- What runs in the machines, in their ring 0 ---
;
; Each has in its registers: c1 to c3, a machine in its memory; c4, a page of data; c5, a power switch.

        .segment inside, rx

; Machines 1 to 3 host the next, and are off when it is.

host:   vmrun   c1, c2, c3
        ld      r1, [c1 + machine.exit_operands]
        io      r1, c5, c0, control

; Machine 4 adds up the numbers from 1 to NUMBERS, by way of its page of data, and through a capability that lies there as well.

add_up: stc     c4, [c4 + 16]
        li      r1, 1
        li      r3, NUMBERS
        st      zero, [c4]
more:   ldc     c6, [c4 + 16]
        ld      r2, [c6]
        add     r2, r2, r1
        st      r2, [c6]
        add     r1, r1, 1
        ble     r1, r3, more
        ld      r1, [c4]
        io      r1, c5, c0, control
