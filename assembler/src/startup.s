; How a program starts.
;
; A machine begins in ring 0 with every register zero, and nothing in its
; memory is tagged: no capability exists yet. This file makes the first ones,
; gives the program the few that are its own, and steps down to ring 4, where
; it calls main. It never comes back up: when main returns, ring 4 itself asks
; the power device to end the machine.
;
; Its segment can be executed in rings 0 to 4, so that one file holds both
; halves. They share no data; the lower half could change none of the upper's.

        .segment startup, rx, rings(0, 4, 4)
        .entry  startup

        .proc   startup

; mint makes a capability from two words. The low word says where it points
; and how trusted it is, the high word what it reaches and what it may do:
;     low   segment << 32 | ring << 48 | cursor
;     high  permissions << 56 | limit << 28 | base
; In ring 0 a capability may claim more than a segment has: the segment's own
; length is checked as well, at each use.

        .equ    ring4, 4 << 48
        .equ    everything, ((1 << 28) - 1) << 28
        .equ    reads, permission.read << 56
        .equ    writes, permission.write << 56
        .equ    loads, permission.load_capability << 56
        .equ    stores, permission.store_capability << 56
        .equ    mutable, permission.load_mutable << 56

; 1. Relocations. An image cannot hold capabilities, so for each one that the
; program wants from the start there is a row in a table: where it belongs,
; and its two words. The length of the table is in its descriptor.

        .equ    descriptor_length, 8    ; offsets in a descriptor
        .equ    descriptor_rights, 16

        li      r2, reads | everything
        li      r1, abi.segment_descriptors << 32
        mint    c1, r1, r2              ; c1: the descriptors
        li      r1, abi.segment_relocations << 32
        mint    c2, r1, r2              ; c2: the table
        ldw     r3, [c1 + abi.segment_relocations * size.descriptor + descriptor_length]
        li      r4, 0                   ; r4: where in the table, r3: its end
        li      r5, writes | stores | everything

relocate:
        bgeu    r4, r3, relocated
        ld      r6, [c2 + r4 + relocation.capability]
        ld      r7, [c2 + r4 + relocation.capability + 8]
        mint    c3, r6, r7              ; the capability that is wanted
        ld      r6, [c2 + r4 + relocation.place]
        shr     r7, r6, 32              ; the segment it belongs in, and the
        shl     r7, r7, 5               ;   generation of that segment
        ld      r7, [c1 + r7 + descriptor_rights]
        shr     r7, r7, 32
        and     r7, r7, 63
        shl     r7, r7, 51
        or      r6, r6, r7
        mint    c4, r6, r5              ; a capability to its place
        stc     c3, [c4]
        add     r4, r4, size.relocation
        j       relocate
relocated:

; 2. Stacks: one for ring 0, one for each ring that runs a segment of the program
; (the assembler made those; where there is none its descriptor is zero), and one
; for the program itself. A stack pointer begins behind the last byte, for stacks
; grow down.

        .equ    stack_rights, reads | writes | loads | stores | mutable

        .macro  stack ring
        ldw     r3, [c1 + (abi.segment_stacks + \ring) * size.descriptor + descriptor_length]
        beqz    r3, none
        li      r1, (abi.segment_stacks + \ring) << 32
        or      r1, r1, r3
        li      r2, stack_rights
        shl     r3, r3, 28
        or      r2, r2, r3
        mint    c2, r1, r2
        setbank c2, \ring               ; raises it to its ring
none:
        .endm

        stack   1
        stack   2
        stack   3
        stack   5
        stack   6
        stack   7
        li      r1, segment(stack0) << 32 | length(stack0)
        li      r2, stack_rights | length(stack0) << 28
        mint    sp, r1, r2
        li      r1, segment(stack4) << 32 | ring4 | length(stack4)
        li      r2, stack_rights | length(stack4) << 28
        mint    c5, r1, r2              ; c5: the program's stack

; 3. Arguments. The machine left them in the reset record. Each becomes a
; capability to exactly its bytes, for reading, in a table on the stack.

        li      r1, abi.segment_reset << 32 | ring4
        li      r2, reads | size.reset << 28
        mint    c2, r1, r2              ; c2: the reset record
        ld      r1, [c2 + reset.argument_count]
        shl     r3, r1, 4
        neg     r4, r3
        cadd    c5, c5, r4              ; room for a capability each
        li      r4, 0
argument:
        bgeu    r4, r3, arguments_done
        ld      r5, [c2 + r4 + reset.arguments + argument.offset]
        ld      r6, [c2 + r4 + reset.arguments + argument.length]
        cseek   c3, c2, r5
        cbound  c3, c3, r6
        stc     c3, [c5 + r4]
        add     r4, r4, 16
        j       argument
arguments_done:
        cbound  c1, c5, r3              ; c1: the table, r1: how many there are
        cperm   c1, c1, permission.read | permission.load_capability

; 4. Devices: whoever holds one may use it. c8 and c9 survive the way down.

        li      r2, reads | writes
        li      r3, (abi.segment_devices + abi.slot_console) << 32 | ring4
        mint    c8, r3, r2
        li      r3, (abi.segment_devices + abi.slot_power) << 32 | ring4
        mint    c9, r3, r2

; 5. Down. A return capability whose ring is 4 is the only way there. On the
; way the machine exchanges the stack pointers, raises every capability to
; ring 4, and clears all but results and preserved registers.

        setbank c5, 4
        li      r2, 0
        cpc     c7, outside
        cring   c7, c7, 4
        creturn c7, c7
        ret     c7

; 6. In ring 4. main gets its arguments in r1 and c1, the console in c2 and
; power in c3. Its result ends the machine.

outside:
        cmov    c2, c8
        cmov    c3, c9
        la      c4, main
        callc   c4
        io      r1, c9, c0, control
        j       $                       ; a machine without power stays here

        .endproc
