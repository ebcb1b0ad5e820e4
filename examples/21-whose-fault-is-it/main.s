; Whose fault is it? Five machines, each in the memory of the one before, and this program around them. While machine 5 adds up
; numbers, a page of its memory goes missing in the map of machine 1. Machine 1 hears of it and nobody else does.

        .equ    COUNT, 5                ; machines in the nest
        .equ    LOST, 1                 ; the one in whose map the page goes missing
        .equ    PAGE, 4096
        .equ    NUMBERS, 100            ; that are added up
        .equ    A_WHILE, 200            ; steps after which the page goes

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
        .equ    AT_STACK, 5 * PAGE
        .equ    AT_DATA, 6 * PAGE
        .equ    AT_WINDOW, 8 * PAGE
        .equ    MACHINE, AT_WINDOW
        .equ    MEMORY, COUNT * MACHINE

; Its segments.

        .equ    IN_TEXT, 1
        .equ    IN_BLOCK, 2
        .equ    IN_WINDOW, 3
        .equ    IN_DEVICES, 4
        .equ    IN_MAP, 5
        .equ    IN_STACK, 6
        .equ    IN_DATA, 7
        .equ    IN_CONSOLE, 8
        .equ    IN_POWER, 9
        .equ    SEGMENTS, 10

        .segment memory, rw, hold, length(MEMORY)
        .segment guest_block, rw, length(PAGE)
        .segment guest_devices, rw, hold, length(PAGE)

        .text

        .proc   main
        .alias  console: c8
        .alias  block: c9
        .alias  window: c10
        .alias  devices: c11
        .alias  number: r16
        .save   r16, c8, c9, c10, c11
        enter
        cmov    console, c2
        la      block, guest_block
        la      window, memory
        la      devices, guest_devices
        stc     c2, [devices + 16 * abi.slot_console]
        stc     c3, [devices + 16 * abi.slot_power]
        call    make_machines

        li      r1, A_WHILE             ; they run for a while, all five
        st      r1, [block + machine.budget]
        vmrun   block, window, devices
        st      zero, [block + machine.budget]

; The bytes of a guest's memory are its host's: the program takes the page out of the map of machine 1, behind its back.

        .equ    HOLE, (COUNT - 1 - LOST) * MACHINE + AT_DATA    ; where it is in the window of machine 1
        .equ    WORD, (LOST - 1) * MACHINE + AT_MAP + HOLE / PAGE * 8
        ld      r1, [window + WORD]
        and     r1, r1, ~page.present
        st      r1, [window + WORD]
        la      c1, taken
        call    print
        vmrun   block, window, devices

        ld      r1, [block + machine.exit_operands]
        la      c1, sum
        call    print_with
        li      number, 1
each:   call    own_steps
        mov     r2, r1
        la      c1, machine_text
        mov     r1, number
        call    print_with
        la      c1, steps_text
        mov     r1, r2
        call    print_with
        add     number, number, 1
        ble     number, COUNT, each
        la      c1, line_end
        call    print
        li      r1, 0
        return
        .endproc

; The steps that a machine of the nest has made itself: its clock, less that of its guest.
;   takes r16: its number, c9: the block of machine 1, c10: the window
;   gives r1: the steps
        .proc   own_steps
        ld      r1, [c9 + machine.clock]
        beq     r16, 1, first
        sub     r2, r16, 2
        mul     r2, r2, MACHINE
        add     r2, r2, AT_BLOCK + machine.clock
        ld      r1, [c10 + r2]
first:  beq     r16, COUNT, last
        sub     r2, r16, 1
        mul     r2, r2, MACHINE
        add     r2, r2, AT_BLOCK + machine.clock
        ld      r2, [c10 + r2]
        sub     r1, r1, r2
last:   ret
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
        describe IN_MAP, AT_MAP, PAGE, as_data
        describe IN_STACK, AT_STACK, PAGE, as_data
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
        register 15, IN_STACK, PAGE, a_page
        li      r1, 1 << 16 | 1 << 15 | 0x3e
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
        li      r1, IN_TEXT << 32 | offset(mend)
        st      r1, [its_block + machine.entry]
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
taken:  .ascii  "the program: I take a page away from machine 1\n"
sum:    .ascii  "the sum: "
machine_text: .ascii "\nmachine "
steps_text: .ascii " made steps of its own: "
line_end: .ascii "\n"

; --- What runs in the machines, in their ring 0. It is the same text in all of them ---
;
; Each has in its registers: c1 to c3, a machine in its memory; c4, a page of data; c5, a power switch; c15, a stack for traps.

        .segment inside, rx

; Machines 1 to 4 do nothing but host the next, and are off when it is.

host:   vmrun   c1, c2, c3
        ld      r1, [c1 + machine.exit_operands]
        io      r1, c5, c0, control

; Their traps. There is only one: a page of the window is not there. It still is where it was, so its word in the page table
; needs one bit. A handler begins with nothing but the stack, and mints what it needs.

        .macro  mint_whole which, segment, high
        li      r1, (\segment) << 32
        li      r2, \high
        mint    \which, r1, r2
        .endm

mend:   mint_whole c1, IN_CONSOLE, rights | everything
        mint_whole c2, IN_TEXT, executes | PAGE << limit_shift
        cadd    c2, c2, offset(mended)
        li      r1, mended_end - mended
        io      r1, c1, c2, write
        mint_whole c1, IN_MAP, a_page
        ld      r3, [sp + size.context + trap.offset]
        shr     r3, r3, 12
        ld      r4, [c1 + r3 << 3]
        or      r4, r4, page.present
        st      r4, [c1 + r3 << 3]
        resume

mended: .ascii  "machine 1: a page of my guest is not in my map; I put it back\n"
mended_end:
        .align  8

; Machine 5 adds up the numbers from 1 to NUMBERS, by way of its page of data.

add_up: li      r1, 1
        st      zero, [c4]
more:   ld      r2, [c4]
        add     r2, r2, r1
        st      r2, [c4]
        add     r1, r1, 1
        ble     r1, NUMBERS, more
        ld      r1, [c4]
        io      r1, c5, c0, control
