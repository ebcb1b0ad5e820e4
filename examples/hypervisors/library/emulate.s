; Doing instructions for the guest: each sensitive one, in the state that its block has.
;
; Three things are no values in that state, and proceed: running a guest, the tags and owners of memory, and that a machine
; waits or is off.

        .segment hypervisor

; Does the instruction of the exit, or lets it proceed. What machines inside of the guest do is not ours to do.
;   takes c8: the window, c10: the block, c11: our devices
        .proc   emulate
        hosting
        ld      r1, [block + machine.exit_level]
        bnez    r1, proceed
        ldb     r1, [block + machine.exit_instruction]
        cpc     c1, kinds
        .while  1
        ldb     r2, [c1]
        beqz    r2, proceed
        .if     r2 == r1
        cadd    c1, c1, 8
        jmpc    c1
        .endif
        cadd    c1, c1, 16
        .endw
        .endproc

; One instruction of each kind, and behind it where it is done. So no number of an opcode stands here.

kinds:  clock   r0
        j       emulate_clock
        io      r0, c0, c0, read
        j       emulate_io
        mint    c0, r0, r0
        j       emulate_mint
        getctl  r0, clock
        j       emulate_getctl
        setctl  timer, r0
        j       emulate_setctl
        getbank c0, 0
        j       emulate_getbank
        setbank c0, 0
        j       emulate_setbank
        setprocess c0, c0
        j       emulate_setprocess
        resume
        j       emulate_resume
        wfi
        j       emulate_wfi
        .dword  0

        .proc   emulate_clock
        hosting
        ld      r1, [block + machine.clock]
        j       complete_with
        .endproc

; The device is found as the machine finds it: by the descriptor that the guest has for it.
        .proc   emulate_io
        hosting
        ld      r1, [block + machine.exit_operands + 16]
        shr     r1, r1, segment_shift
        and     r1, r1, 0xffff
        shl     r1, r1, 5
        ld      r2, [block + machine.process + process.descriptor_base]
        add     r1, r1, r2
        ld      r1, [window + r1 + entry.base]
        ldw     r2, [block + machine.exit_instruction + 4]
        .if     r1 == abi.slot_power && r2 == io.control
        j       proceed
        .endif
        ldc     c1, [devices + r1 << 4]
        j       use_device
        .endproc

; What it makes is the two words, and a tag.
        .proc   emulate_mint
        hosting
        ld      r1, [block + machine.exit_operands + 16]
        ld      r2, [block + machine.exit_operands + 32]
        li      r3, 1
        j       complete_with_capability
        .endproc

; Gives the register of the instruction's first byte a capability; the instruction is done.
;   takes r1: the low word, r2: the high word, r3: the tag, c10: the block
        .proc   complete_with_capability
        hosting
        enter
        ldb     r4, [block + machine.exit_instruction + 1]
        call    set_register
        call    complete
        return
        .endproc

; Sets one bit of a mask of tags.
;   takes c1: the mask, r3: the tag, r4: the number of the bit
        .proc   set_tag
        li      r5, 1
        shl     r5, r5, r4
        not     r5, r5
        ld      r6, [c1]
        and     r6, r6, r5
        shl     r5, r3, r4
        or      r6, r6, r5
        st      r6, [c1]
        ret
        .endproc

        .proc   emulate_getctl
        hosting
        enter
        call    find_field
        .if     r2
        ld      r1, [block + r2]
        call    complete_with
        .else
        call    proceed
        .endif
        return
        .endproc

        .proc   emulate_setctl
        hosting
        enter
        call    find_field
        ld      r1, [block + machine.exit_operands]
        .if     r2 == machine.context + context.status
        sne     r1, r1, 0               ; any number but 0 masks interrupts
        .endif
        .if     r2
        st      r1, [block + r2]
        call    complete
        .else
        call    proceed
        .endif
        return
        .endproc

; Finds where a control field is in the block.
;   takes c10: the block
;   gives r2: its offset, or 0 if it is none of the block's: which lines are up only the machine knows
        .proc   find_field
        hosting
        ldw     r1, [block + machine.exit_instruction + 4]
        cpc     c1, fields
        .while  1
        ld      r2, [c1 + 8]
        beqz    r2, found
        ldw     r3, [c1 + 4]
        beq     r3, r1, found
        cadd    c1, c1, 16
        .endw
found:  ret
        .endproc

; Each control field, in an instruction of its own, and where it is in the block.

        .macro  field name, offset
        getctl  r0, \name
        .dword  \offset
        .endm

fields: field   clock, machine.clock
        field   timer, machine.timer
        field   pending, machine.pending
        field   lines, machine.process + process.lines
        field   masked, machine.context + context.status
        field   entry, machine.entry
        field   descriptor_base, machine.process + process.descriptor_base
        field   descriptor_count, machine.process + process.descriptor_count
        .repeat 4, n
        field   read\n, machine.process + process.read_labels + 8 * \n
        field   write\n, machine.process + process.write_labels + 8 * \n
        .endr
        .dword  0, 0

; The ring of the guest, in which it has its stack pointer in c15 and nothing in the bank.
;   takes c10: the block
;   gives r6: the ring
        .proc   ring_of_guest
        hosting
        ld      r6, [block + machine.context + context.pc]
        shr     r6, r6, ring_shift
        and     r6, r6, 7
        ret
        .endproc

        .proc   emulate_getbank
        hosting
        enter
        ldw     r4, [block + machine.exit_instruction + 4]
        call    ring_of_guest
        .if     r4 == r6
        li      r4, 15
        ld      r1, [block + machine.context + context.c + 15 * 16]
        ld      r2, [block + machine.context + context.c + 15 * 16 + 8]
        ld      r3, [block + machine.context + context.tags]
        .else
        ld      r1, [block + r4 << 4 + machine.process + process.banks]
        ld      r2, [block + r4 << 4 + machine.process + process.banks + 8]
        ld      r3, [block + machine.process + process.bank_tags]
        .endif
        shr     r3, r3, r4
        and     r3, r3, 1
        call    complete_with_capability
        return
        .endproc

; The machine raises what a bank has to its ring when the guest is entered.
        .proc   emulate_setbank
        hosting
        enter
        ldw     r4, [block + machine.exit_instruction + 4]
        call    ring_of_guest
        ld      r1, [block + machine.exit_operands]
        ld      r2, [block + machine.exit_operands + 8]
        ld      r3, [block + machine.exit_tags]
        shr     r3, r3, 1
        and     r3, r3, 1
        .if     r4 == r6
        li      r4, 15
        call    set_register
        .else
        call    set_bank
        .endif
        call    complete
        return
        .endproc

; Gives a capability register of the guest a value.
;   takes r1: the low word, r2: the high word, r3: the tag, r4: the number of the register, c10: the block
        .proc   set_register
        hosting
        st      r1, [block + r4 << 4 + machine.context + context.c]
        st      r2, [block + r4 << 4 + machine.context + context.c + 8]
        cadd    c1, block, machine.context + context.tags
        j       set_tag
        .endproc

; Gives the stack pointer of a ring of the guest a value.
;   takes r1: the low word, r2: the high word, r3: the tag, r4: the ring, c10: the block
        .proc   set_bank
        hosting
        st      r1, [block + r4 << 4 + machine.process + process.banks]
        st      r2, [block + r4 << 4 + machine.process + process.banks + 8]
        cadd    c1, block, machine.process + process.bank_tags
        j       set_tag
        .endproc

; The old process block is written, the new one read, and capabilities to what is no longer there lose their tags. The
; exit record has room for two pieces of memory: if one of the blocks lies over a border of pages, there are more, and
; the machine had better do it.
        .proc   emulate_setprocess
        hosting
        .alias  state: c4
        enter
        ld      r1, [block + machine.exit_extents + 8]
        ld      r2, [block + machine.exit_extents + 24]
        li      r3, size.process
        .if     r1 != r3 || r2 != r3
        call    proceed
        return
        .endif
        la      c2, guest_bounce
        ld      r1, [block + machine.exit_extents]
        cadd    c3, window, r1
        cmov    c1, c2
        li      r3, size.process
        copy    c1, c3, r3              ; the new one, which may be the old one as well
        li      r7, 15
        call    get_register
        li      r4, 0
        call    set_bank
        cadd    state, block, machine.process
        ld      r1, [block + machine.exit_extents + 16]
        cadd    c3, window, r1
        cmov    c1, state
        li      r3, size.process
        copy    c3, c1, r3
        cmov    c1, c2
        cmov    c3, state
        li      r3, size.process
        copy    c3, c1, r3
        ld      r1, [block + machine.process + process.banks]
        ld      r2, [block + machine.process + process.banks + 8]
        ld      r3, [block + machine.process + process.bank_tags]
        and     r3, r3, 1
        li      r4, 15
        call    set_register
        li      r1, 0
        li      r2, 0
        li      r3, 0
        li      r4, 0
        call    set_bank
        li      r9, abi.system_limit
        li      r7, 14
        .while  r7
        call    get_register
        shr     r8, r1, segment_shift
        and     r8, r8, 0xffff
        .if     unsigned(r8 >= r9)
        li      r3, 0
        mov     r4, r7
        call    set_register
        .endif
        sub     r7, r7, 1
        .endw
        call    complete
        return
        .endproc

; A capability register of the guest.
;   takes r7: its number, c10: the block
;   gives r1: the low word, r2: the high word, r3: the tag
        .proc   get_register
        hosting
        ld      r1, [block + r7 << 4 + machine.context + context.c]
        ld      r2, [block + r7 << 4 + machine.context + context.c + 8]
        ld      r3, [block + machine.context + context.tags]
        shr     r3, r3, r7
        and     r3, r3, 1
        ret
        .endproc

; The context on the guest's stack becomes its context. What was its stack pointer, behind the frame, goes to the bank of
; ring 0, unless it stays in that ring and the context has another.
        .proc   emulate_resume
        hosting
        enter
        li      r7, 15
        call    get_register
        add     r1, r1, size.trap_frame
        la      c2, guest_bounce
        call    gather
        cmov    c3, block
        cmov    c1, c2
        li      r3, size.context
        copy    c3, c1, r3
        call    ring_of_guest
        .if     r6
        li      r3, 1
        li      r4, 0
        call    set_bank
        .endif
        call    counted
        return
        .endproc

; While a guest waits for its timer and nothing else, nothing can happen before the last tick: so we give it the others.
        .proc   emulate_wfi
        hosting
        .alias  until: r1
        .alias  clock_now: r2
        ld      r3, [block + machine.process + process.lines]
        li      r4, 1 << abi.line_timer
        ld      r5, [block + machine.pending]
        ld      until, [block + machine.timer]
        sub     until, until, 1
        ld      clock_now, [block + machine.clock]
        .if     r3 == r4 && r5 == 0 && unsigned(clock_now < until)
        st      until, [block + machine.clock]
        .endif
        j       proceed
        .endproc
