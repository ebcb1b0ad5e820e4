; A hypervisor in sixty lines, and its guest is the hypervisor: each machine puts a copy of itself into the memory that it
; does not need, and runs it, until none is to come any more.

        .equ    PAGE, 4096
        .equ    data, (permission.read | permission.write) << 56
        .equ    holds, (permission.load_capability | permission.store_capability | permission.load_mutable) << 56
        .equ    everything, ((1 << 28) - 1) << 28

        .struct entry                   ; a descriptor, as far as it matters here
base:   .dword                          ; its real address
length: .word
        .space  20
        .endstruct

        .segment saying, rw, rings(0, 0, 0)
text:   .ascii  "I am a machine, and 3 are to come.\n"
        .equ    DIGIT, 20               ; where the number is in it
        .segment window, rw, hold, rings(0, 0, 0), length(PAGE) ; the memory that we do not need
        .segment own, r, rings(0, 0, 0), length(PAGE)           ; and that before it
        .segment guest, rw, rings(0, 0, 0), length(PAGE)
        .segment slots, rw, hold, rings(0, 0, 0), length(16 * 16)

        .macro  make register, where, rights
        li      r1, segment(\where) << 32
        li      r2, \rights | everything
        mint    \register, r1, r2
        .endm

        .segment hypervisor, rx, rings(0, 0, 0)
        .entry  boot

        .proc   boot
        .alias  table: c1
        .alias  record: c2
        .alias  words: c3
        .alias  memory: c4
        .alias  block: c5
        .alias  devices: c6
        .alias  switch: c8
        .alias  size: r16
        .alias  start: r17              ; where the window begins
        make    table, descriptors, data
        make    record, reset, permission.read << 56
        make    words, saying, data
        make    block, guest, data
        make    devices, slots, data | holds
        make    switch, power, data
        make    c9, console, data

; 1. We say who we are. The last machine is no hypervisor.

        li      r1, length(text)
        io      r1, c9, words, write
        ldb     r20, [words + DIGIT]
        li      r1, 0
        beq     r20, '0', off

; 2. The window is from the first page behind us to the end. What is in it belongs to the guest.

        ld      start, [record + reset.free]
        add     start, start, PAGE - 1
        and     start, start, -PAGE
        ld      size, [record + reset.memory_size]
        sub     size, size, start
        st      start, [table + segment(window) * sizeof(entry) + entry.base]
        stw     size, [table + segment(window) * sizeof(entry) + entry.length]
        li      r1, segment(window) << 32
        shl     r2, size, 28
        li      r3, data | holds
        or      r2, r2, r3
        mint    memory, r1, r2
        cmov    c10, memory
        mov     r1, size
        lend    c10, r1

; 3. The guest is what we are: a copy of all before the window, but for one digit, and for how much memory there is.

        st      r0, [table + segment(own) * sizeof(entry) + entry.base]
        stw     start, [table + segment(own) * sizeof(entry) + entry.length]
        make    c11, own, permission.read << 56
        cmov    c10, memory
        mov     r1, start
        copy    c10, c11, r1
        ld      r1, [table + segment(saying) * sizeof(entry) + entry.base]
        sub     r20, r20, 1
        add     r1, r1, DIGIT
        stb     r20, [memory + r1]
        ld      r1, [table + segment(reset) * sizeof(entry) + entry.base]
        cadd    c10, memory, r1
        st      size, [c10 + reset.memory_size]

; 4. Its registers: all zero but the program counter. It has our devices, each in the slot where we have it.

        li      r1, boot
        st      r1, [block + machine.context + context.pc]
        li      r1, (permission.read | permission.execute) << 56 | length(hypervisor) << 28
        st      r1, [block + machine.context + context.pc + 8]
        li      r1, 1 << 16             ; the program counter is a capability
        st      r1, [block + machine.context + context.tags]
        getctl  r1, descriptor_base
        st      r1, [block + machine.process + process.descriptor_base]
        getctl  r1, descriptor_count
        st      r1, [block + machine.process + process.descriptor_count]
        li      r1, 127
        st      r1, [block + machine.depth_given]
        stc     c9, [devices + abi.slot_console << 4]
        stc     switch, [devices + abi.slot_power << 4]

; 5. It runs. When it comes back it is off, and so are we, with the same status and one more.

        vmrun   block, memory, devices
        ld      r1, [block + machine.exit_operands]
        add     r1, r1, 1
off:    io      r1, switch, c0, control
        .endproc
