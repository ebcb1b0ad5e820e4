; A machine in a segment. This program runs in ring 4, and has memory for another machine: it puts a program there, runs it,
; and answers when it asks for something.

        .equ    PAGE, 4096
        .equ    TEXT, 3                         ; the segments of the guest, besides its descriptors
        .equ    ASK, 4
        .equ    OFF, 5
        .equ    GUEST, guest_end - guest        ; bytes of its text
        .equ    only_ring_0, 0                  ; brackets (0, 0, 0) in a descriptor

; Its memory, its block, and the devices in its sixteen slots: none but power, which will be in slot 1.

        .segment memory, rw, hold, length(2 * PAGE)
        .segment guest_block, rw, length(PAGE)
        .segment slots, rw, hold, length(16 * 16)

; What is in its memory at the beginning: in the first page its descriptors, in the second its text.

        .segment descriptors_of_guest, r
table:  .dword  0, 0, 0, 0                      ; segment 0 is none
        .dword  0, length(table), descriptor.present | descriptor.read | only_ring_0, 0
        .dword  0, 0, 0, 0
        .dword  PAGE, GUEST, descriptor.present | descriptor.read | descriptor.execute | only_ring_0, 0
        .dword  0, 0, descriptor.present | descriptor.read | descriptor.write | descriptor.device | only_ring_0, 0
        .dword  1, 0, descriptor.present | descriptor.read | descriptor.write | descriptor.device | only_ring_0, 0

; The guest begins here, in ring 0 of a machine of its own. It has no console. It says a letter by using a device that is
; not there.

        .text
guest:
        li      r2, (permission.read | permission.write) << 56
        li      r1, ASK << 32
        mint    c1, r1, r2
        li      r1, OFF << 32
        mint    c2, r1, r2
        li      r3, 'a'
again:  mov     r1, r3
        io      r1, c1, c0, control             ; here its host comes in
        add     r3, r3, 1
        blt     r3, 'f', again
        clock   r1
        io      r1, c2, c0, control
guest_end:

        .proc   main
        .alias  machine_block: c8
        .alias  window: c9
        .alias  devices: c10
        .alias  console: c11
        .save   c8, c9, c10, c11
        .local  letter, 16
        enter
        cmov    console, c2
        la      machine_block, guest_block
        la      window, memory
        la      devices, slots
        stc     c3, [devices + abi.slot_power << 4]

        cmov    c4, window                      ; what it finds in its memory,
        la      c5, table
        li      r1, length(table)
        copy    c4, c5, r1
        cadd    c4, window, PAGE
        cpc     c5, guest
        li      r1, GUEST
        copy    c4, c5, r1
        cmov    c4, window                      ;   which is its own from here on
        li      r1, length(memory)
        lend    c4, r1

        li      r1, TEXT << 32                  ; it begins in its text, in ring 0,
        st      r1, [machine_block + machine.context + context.pc]
        li      r1, (permission.read | permission.execute) << 56 | GUEST << 28
        st      r1, [machine_block + machine.context + context.pc + 8]
        li      r1, 1 << 16
        st      r1, [machine_block + machine.context + context.tags]
        li      r1, 6                           ;   and finds so many descriptors at 0
        st      r1, [machine_block + machine.process + process.descriptor_count]

run:    vmrun   machine_block, window, devices
        ld      r1, [machine_block + machine.exit_reason]
        .if     r1 == exit.device
        ld      r1, [machine_block + machine.exit_operands]     ; the letter
        stb     r1, [sp + letter]
        cadd    c1, sp, letter
        li      r1, 1
        io      r1, console, c1, write
        ld      r1, [machine_block + machine.exit_next]         ; the `io` is done:
        st      r1, [machine_block + machine.context + context.pc]
        li      r1, 1                                           ;   only its step is to be counted
        st      r1, [machine_block + machine.complete]
        j       run
        .endif

        la      c1, off                         ; it switched itself off
        li      r1, length(off)
        io      r1, console, c1, write
        ld      r1, [machine_block + machine.exit_operands]
        return
        .endproc

        .rodata
off:    .ascii  "\nThe guest is off. Its status is the clock that it saw.\n"
