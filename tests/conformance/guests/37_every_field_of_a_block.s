; Every field of a block takes any value, one after another: what makes no sense is the guest's own
; trap or is not heeded, and the host hears of it by an exit. So it is for the outermost machine, and
; for a guest that has a guest.
; conformance 37 39
; given depth 8
; traps 26
; exits 155
; r5 = 75
; r6 = 75

        .include "../include/start.s"
        .include "../include/nest.s"

; What the guest does, from one of these labels on; mostly it switches itself
; off with what it found.

        .segment leaf, rx, rings(0, 0, 0)
leaf:
ends:   power_off r1
clocks: clock   r1
        power_off r1
traps_itself:
        trap    7
trapped:
        reach   c4, in_slots + abi.slot_power
        ld      r1, [sp + size.context + trap.cause]
        power_off r1
zero_register:
        add     r1, zero, 0
        power_off r1
tag_of_c0:
        cget    r1, c0, tag
        power_off r1
ring_of_c6:
        cget    r1, c6, ring
        power_off r1
ring_of_c9:
        cget    r1, c9, ring
        power_off r1
tag_of_c9:
        cget    r1, c9, tag
        power_off r1
bank_4: getbank c9, 4
        j       ring_of_c9
tag_of_bank_4:
        getbank c9, 4
        j       tag_of_c9
masked: getctl  r1, masked
        power_off r1
entry:  getctl  r1, entry
        power_off r1
pending:
        getctl  r1, pending
        power_off r1
timer:  getctl  r1, timer
        power_off r1
lines:  getctl  r1, lines
        power_off r1
count:  getctl  r1, descriptor_count
        power_off r1
read3:  getctl  r1, read3
        power_off r1
write0: getctl  r1, write0
        power_off r1
hosts:  vmrun   c1, c2, c3              ; exits by the line that is up and masked
        ld      r1, [c1 + machine.exit_reason]
        power_off r1

; A trial: the field of the block, its value, where the guest begins, by what it
; exits, and what is found then in a field of the block.

        .macro  try field, value, start, reason, place, found
        .half   \field, offset(\start), exit.\reason, \place
        .dword  \value, \found
        .endm
        .equ    size_of_trial, 24
        .equ    last_trial, 0x7fff

        .equ    at_context, machine.context
        .equ    at_process, machine.process
        .equ    status, machine.exit_operands
        .equ    cause, machine.exit_trap + trap.cause

        .macro  trials
; The first fetch of the guest judges its program counter.
        try     at_context + context.pc, 0, ends, power, status, cause.segment
        try     at_context + context.pc, in_text << 32 | 4, ends, power, status, cause.alignment
        try     at_context + context.pc, in_text << 32 | 4096, ends, power, status, cause.bounds
        try     at_context + context.pc, in_text << 32 | entry_kind, ends, power, status, cause.seal
        try     at_context + context.pc, in_text << 32 | 1 << 51, ends, power, status, cause.generation
        try     at_context + context.pc, in_text << 32 | ring4 | offset(ring_of_c6), ends, power, status, 4
        try     at_context + context.pc + 8, reads | 4096 << limit_shift, ends, power, status, cause.permission
        try     at_context + context.pc + 8, -1, ends, power, status, cause.tag
; Tags count on what a derivation can make, and never on c0.
        try     at_context + context.tags, 0, ends, double_fault, cause, cause.tag
        try     at_context + context.tags, -1, ends, power, at_context + context.tags, 0x1fffe
; One bit of the status means something. Pending lines wait for it.
        try     at_context + context.status, -1, masked, power, status, 1
        try     at_context + context.status, -1, ends, power, at_context + context.status, 1
        try     at_context + context.status, -2, ends, power, status, cause.interrupt
; A capability names a segment of the guest's, and is raised to its ring.
        try     at_context + context.r, 5, zero_register, power, status, 0
        try     at_context + context.r, 5, ends, power, at_context + context.r, 0
        try     at_context + context.r + 8, -1, ends, power, status, -1
        try     at_context + context.c, in_data << 32, tag_of_c0, power, status, 0
        try     at_context + context.c + 4 * 16, segment(arena) << 32, ends, power, status, cause.segment
        try     at_context + context.c + 9 * 16, ring7 | in_data << 32, ring_of_c9, power, status, 7
        try     at_context + context.c + 9 * 16, 3 << 62, tag_of_c9, power, status, 0
        try     at_context + context.c + 9 * 16 + 8, -1, tag_of_c9, power, status, 0
; Where there are no descriptors, the trap has nowhere to go either.
        try     at_process + process.descriptor_base, -1, ends, double_fault, cause, cause.descriptor
        try     at_process + process.descriptor_base, at_far, ends, double_fault, cause, cause.segment
        try     at_process + process.descriptor_count, 0, ends, double_fault, cause, cause.segment
        try     at_process + process.descriptor_count, -1, count, power, status, -1
        try     at_process + process.lines, -1, lines, power, status, -1
        try     at_process + process.bank_tags, 0, tag_of_bank_4, power, status, 0
        try     at_process + process.bank_tags, -1, ends, power, at_process + process.bank_tags, 0xfe
        try     at_process + process.read_labels + 24, 0x5a, read3, power, status, 0x5a
        try     at_process + process.write_labels, 0x5a, write0, power, status, 0x5a
        try     at_process + process.banks + 4 * 16, in_stack << 32, bank_4, power, status, 4
        try     at_process + process.banks + 4 * 16, 3 << 62, tag_of_bank_4, power, status, 0
; What has no handler ends the guest.
        try     machine.entry, -1, entry, power, status, -1
        try     machine.entry, -1, traps_itself, double_fault, cause, cause.software
        try     machine.entry, 0, traps_itself, double_fault, cause, cause.software
        try     machine.pending, -1, pending, power, status, -1
        try     machine.timer, -1, timer, power, status, -1
; The clock is the guest's, and its budget a time by that clock.
        try     machine.clock, 10, clocks, power, status, 10
        try     machine.clock, 63, clocks, budget, machine.clock, 64
        try     machine.clock, -1, clocks, budget, machine.clock, -1
        try     machine.budget, 0, clocks, power, status, 0
        try     machine.budget, 1, clocks, budget, machine.clock, 1
        try     machine.budget, -1, clocks, power, status, 0
; Bits that are no class, no trap and no event are not heeded.
        try     machine.intercept_instructions, -1, clocks, instruction, machine.clock, 0
        try     machine.intercept_instructions, intercept.io, clocks, instruction, machine.clock, 1
        try     machine.intercept_instructions, 1 << 63, clocks, power, status, 0
        try     machine.intercept_traps, -1, traps_itself, trap, cause, cause.software
        try     machine.intercept_traps, ~(1 << cause.software), traps_itself, power, status, cause.software
        try     machine.intercept_guests, -1, hosts, entry, machine.exit_level, 0
        try     machine.intercept_guests, ~3, hosts, power, status, exit.interrupt
; What a guest is told of its memory is no limit, and its depth is less than its host's.
        try     machine.memory_given, -1, ends, power, machine.memory_given, -1
        try     machine.memory_given, 0, ends, power, status, 0
        try     machine.depth_given, 0, hosts, power, status, cause.depth
        try     machine.depth_given, -1, hosts, power, status, exit.interrupt
; A flag is any word but 0, and is 0 when what it asks for is done. A run that
; goes on where the guest had switched itself off ends as that did.
        try     machine.running, -1, ends, power, status, 9
        try     machine.running, -1, ends, power, machine.running, 0
        try     machine.complete, -1, clocks, power, status, 1
        try     machine.complete, -1, ends, power, machine.complete, 0
        try     machine.proceed, -1, ends, power, machine.proceed, 0
        try     machine.inject, -1, ends, power, status, 77
        try     machine.inject, -1, ends, power, machine.inject, 0
        try     machine.inject_trap, -1, ends, power, status, 0
        try     machine.inject_trap, -1, ends, power, machine.inject_trap, -1
; The record of the exit before means nothing to the guest, and is written anew.
        try     machine.exit_reason, -1, ends, power, status, 0
        try     machine.exit_level, -1, ends, power, machine.exit_level, 0
        try     machine.exit_block, -1, ends, power, machine.exit_block, 0
        try     machine.exit_instruction, -1, ends, power, machine.exit_instruction, 0
        try     machine.exit_tags, -1, ends, power, machine.exit_tags, 0
        try     machine.exit_device, -1, ends, power, machine.exit_device, 0
        try     machine.exit_next, -1, ends, power, machine.exit_next, 0
        try     machine.exit_operands + 16, -1, ends, power, machine.exit_operands + 16, 0
        try     machine.exit_extents + 24, -1, ends, power, machine.exit_extents + 24, 0
        try     machine.exit_trap + trap.size, -1, ends, power, machine.exit_trap + trap.size, 0
        try     machine.rest, -1, ends, power, machine.rest, 0
        try     size.machine - 8, -1, ends, power, size.machine - 8, 0
        .half   last_trial
        .endm

; Runs the guest once for each trial from c11 on, with a page in c8 for the block
; as it is without. r16 becomes how many came out as they should, or if one does
; not, its number, with r17 what was found instead.

        .macro  try_all
        li      r1, 64
        st      r1, [c1 + machine.budget]
        li      r1, in_text << 32 | offset(trapped)
        st      r1, [c1 + machine.entry]
        li      r1, 1 << 20
        st      r1, [c1 + machine.pending]
        st      r1, [c1 + machine.process + process.lines]
        li      r1, 1 << 4
        st      r1, [c1 + machine.process + process.bank_tags]
        li      r1, all_rights | 4096 << limit_shift
        st      r1, [c1 + machine.process + process.banks + 4 * 16 + 8]
        st      r1, [c1 + machine.context + context.c + 9 * 16 + 8]
        st      r1, [c1 + machine.context + context.c + 8]
        ld      r1, [c1 + machine.context + context.tags]
        or      r1, r1, 1 << 9 | 1
        st      r1, [c1 + machine.context + context.tags]
        li      r1, 77
        st      r1, [c1 + machine.inject_trap + trap.cause]
        li      r1, exit.power
        st      r1, [c1 + machine.exit_reason]
        li      r1, 9
        st      r1, [c1 + machine.exit_operands]
        cmov    c9, c8
        cmov    c10, c1
        li      r3, 4096
        copy    c9, c10, r3

        li      r16, 0
        li      r18, last_trial
each:   ldh     r4, [c11]
        beq     r4, r18, tried
        cmov    c9, c1
        cmov    c10, c8
        li      r3, 4096
        copy    c9, c10, r3
        ldh     r5, [c11 + 2]
        li      r6, in_text << 32
        or      r5, r5, r6
        st      r5, [c1 + machine.context + context.pc]
        ld      r5, [c11 + 8]
        st      r5, [c1 + r4]
        vmrun   c1, c2, c3
        ldh     r5, [c11 + 4]
        ld      r17, [c1 + machine.exit_reason]
        bne     r5, r17, differs
        ldh     r5, [c11 + 6]
        ld      r17, [c1 + r5]
        ld      r5, [c11 + 16]
        bne     r5, r17, differs
        add     r16, r16, 1
        cadd    c11, c11, size_of_trial
        j       each
differs:
        or      r16, r16, 1 << 16
tried:
        .endm

        .segment host, rx, rings(0, 0, 0)
host:   li      r1, in_text << 32 | offset(trials_of_host)
        li      r2, reads | 4096 << limit_shift
        mint    c11, r1, r2
        try_all
        power_off r16
trials_of_host:
        trials

        .segment spare, rw, rings(0, 0, 0), length(4096)

        .segment kernel
trials_of_kernel:
        trials
        .align  8
        .proc   main
        li      r1, 2
        call    nest
        vmrun   c1, c2, c3
        ld      r19, [c1 + machine.exit_operands]
        li      r3, arena_size
        reclaim c2, r3
        li      r1, 1
        call    nest
        li      r1, segment(spare) << 32
        li      r2, reads | writes | 4096 << limit_shift
        mint    c8, r1, r2
        li      r1, trials_of_kernel
        li      r2, reads | everything
        mint    c11, r1, r2
        try_all
        mov     r5, r16
        mov     r6, r19
        trap    done
        .endproc
