; A supervisor, as in lesson 11, with two programs in ring 4: the hypervisor, and one that counts. They get turns by the
; timer, so the hypervisor is interrupted in the middle of its `vmrun`, with all the machines that are inside of one another
; there; and when its turn comes again, so does `vmrun`.
;
; What the supervisor does for the hypervisor: it hands it memory, devices and what was told at reset, and waits or ends
; the machine when it is asked to. That there is a guest it does not know.

        .include "boot.s"

        .equ    TASKS, 2
        .equ    SLICE, 150              ; steps of a turn
        .equ    TASK_BLOCK, 256         ; bytes from one process block to the next
        .equ    NAMESPACE, 4 * PAGE     ; bytes from one namespace to the next

        .segment supervisor_data, rw, rings(0, 0, 0)
starts: .dword  begin, count            ; where the programs begin
current: .dword TASKS                   ; the number of the program that runs; at first, of none

; A process block for each, and one for what ran before them; namespaces and stacks.

        .segment task_blocks, rw, rings(0, 0, 0), system, length((TASKS + 1) * TASK_BLOCK)
        .segment namespaces, rw, rings(0, 0, 0), length(TASKS * NAMESPACE)
        .segment inner_stacks, rw, hold, rings(0, 0, 0), length(TASKS * PAGE)
        .segment outer_stacks, rw, hold, rings(0, 0, 0), length(TASKS * PAGE)
        .segment stack0, rw, hold, rings(0, 0, 0), number(abi.segment_stacks), length(PAGE)
        .segment stack4, rw, hold, rings(4, 4, 4), number(abi.segment_stacks + 4), length(PAGE)

        .segment supervisor, rx, rings(0, 0, 4), system
        .gate   pause_gate, pause
        .gate   stop_gate, switch_off
        .entry  boot

        .proc   boot
        make_capabilities
        li      r1, segment(stack0) << segment_shift | PAGE
        li      r2, reads | writes | holds | PAGE << limit_shift
        mint    sp, r1, r2
        make_window
        li      r3, RING << ring_shift
        or      r16, r1, r3             ; r16 and r17: what the hypervisor has in c8
        mov     r17, r2
        li      r18, 0
        .while  r18 < TASKS
        mov     r1, r18
        call    make_task
        add     r18, r18, 1
        .endw
        li      r1, on_trap
        setctl  entry, r1
        j       schedule
        .endproc

; Makes a program's process, as if it had been interrupted before its first instruction.
;   takes r1: its number, r16 and r17: the two words of its c8, c12: the descriptors
        .proc   make_task, number: r1
        .alias  own: c12
        .alias  names: c2
        .alias  frame: c3
        .alias  task: c4
        la      names, namespaces
        mul     r2, number, NAMESPACE
        cadd    names, names, r2        ; the same segments,
        getctl  r3, descriptor_count
        mul     r4, r3, sizeof(entry)
        cmov    c5, names
        cmov    c6, own
        copy    c5, c6, r4
        mul     r4, number, PAGE        ;   but the stacks are others
        ld      r5, [own + segment(inner_stacks) * sizeof(entry) + entry.base]
        add     r5, r5, r4
        st      r5, [names + segment(stack0) * sizeof(entry) + entry.base]
        ld      r5, [own + segment(outer_stacks) * sizeof(entry) + entry.base]
        add     r5, r5, r4
        st      r5, [names + segment(stack4) * sizeof(entry) + entry.base]

        la      task, task_blocks
        mul     r5, number, TASK_BLOCK
        cadd    task, task, r5
        ld      r5, [own + segment(namespaces) * sizeof(entry) + entry.base]
        add     r5, r5, r2
        st      r5, [task + process.descriptor_base]
        st      r3, [task + process.descriptor_count]
        li      r5, 1 << abi.line_timer
        st      r5, [task + process.lines]
        li      r5, 1                   ; the stack of ring 0 has its frame on it
        st      r5, [task + process.bank_tags]
        li      r5, segment(stack0) << segment_shift | PAGE - size.trap_frame
        st      r5, [task + process.banks]
        li      r5, reads | writes | holds | PAGE << limit_shift
        st      r5, [task + process.banks + 8]
        li      r6, -1                  ; no label is kept from it
        li      r7, 2 * 32
        cadd    task, task, process.read_labels
        fill    task, r6, r7

        la      frame, inner_stacks
        cadd    frame, frame, r4 + PAGE - size.trap_frame
        li      r6, 1 << 16 | 1 << 15 | 1 << 8  ; the program counter, c15 and c8 are capabilities,
        st      r6, [frame + context.tags]
        la      c5, starts
        ld      r6, [c5 + number << 3]
        li      r7, RING << ring_shift
        or      r6, r6, r7
        st      r6, [frame + context.pc]
        li      r6, reads | executes | length(hypervisor) << limit_shift
        st      r6, [frame + context.pc + 8]
        li      r6, segment(stack4) << segment_shift | RING << ring_shift | PAGE
        st      r6, [frame + context.c + 15 * 16]
        st      r5, [frame + context.c + 15 * 16 + 8]
        st      r16, [frame + context.c + 8 * 16]
        st      r17, [frame + context.c + 8 * 16 + 8]   ;   and all else is zero: interrupts are not masked
        ret
        .endproc

; All traps and interrupts come here. The timer means that a turn is over; that a program goes wrong is the end.
        .proc   on_trap
        setctl  pending, r0
        ld      r1, [sp + size.context + trap.cause]
        beq     r1, cause.interrupt, schedule
        li      r1, 1
        j       switch_off
        .endproc

; Ends the machine, for a program that calls it.
;   takes r1: the status
        .proc   switch_off
        la      c1, power
        io      r1, c1, c0, control
        j       $
        .endproc

; Ends the turn of the program that calls it, by raising the timer's line: a gate does not mask interrupts as a trap does.
        .proc   pause
        li      r1, 1 << abi.line_timer
        setctl  pending, r1
        ret                             ; in its next turn
        .endproc

; Lets the other program run. Interrupts are masked here.
        .proc   schedule
        .alias  old: r1
        .alias  new: r2
        la      c1, current
        ld      old, [c1]
        add     new, old, 1
        bltu    new, TASKS, there
        li      new, 0
there:  st      new, [c1]
        clock   r4
        add     r4, r4, SLICE
        setctl  timer, r4
        la      c1, task_blocks
        mul     old, old, TASK_BLOCK
        mul     new, new, TASK_BLOCK
        cadd    c2, c1, new
        cadd    c1, c1, old
        setprocess c2, c1               ; from here on we are in the other namespace, on the other stack
        resume                          ; what lies there is a context
        .endproc

; --- The programs, in ring 4 ---

        .segment hypervisor, rx, rings(RING, RING, RING)

        .proc   begin
        la      c9, reset
        j       main
        .endproc

; Ends our machine.
;   takes r1: the status
        .proc   stop
        la      c1, stop_gate
        callc   c1
        .endproc

; Lets others run until it is our turn again; the guest will see whether it still waits.
        .proc   wait
        enter
        la      c1, pause_gate
        callc   c1
        return
        .endproc

        .segment counting, rw
so_far: .dword  0

        .segment hypervisor

        .proc   count
        la      c1, so_far
again:  ld      r1, [c1]
        add     r1, r1, 1
        st      r1, [c1]
        j       again
        .endproc
