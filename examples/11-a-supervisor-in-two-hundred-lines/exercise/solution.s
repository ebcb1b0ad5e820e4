; A supervisor in two hundred lines. It has the machine from the first instruction on, and gives it to three programs
; in turn: each runs in ring 4, with descriptors and stacks of its own, until it gives up its turn, or the timer or
; another trap ends it. There is no start-up code here: `boot` is where the machine begins.

        .equ  TASKS, 3
        .equ  YIELD, 1                  ; trap 1: a program gives up its turn
        .equ  SLICE, 150                ; steps of a turn
        .equ  STACK, 4096               ; bytes of a stack
        .equ  BLOCK, 256                ; bytes from one process block to the next

; --- What the supervisor keeps, for ring 0 alone ---

        .struct task
start:  .dword                          ; where the program begins
letter: .dword                          ; its name
alive:  .dword                          ; 1 until it has ended
        .endstruct

        .segment tasks, rw, rings(0, 0, 0)
tasks_table:
        .dword prints, 'a', 1
        .dword pries, 'b', 1
        .dword divides, 'c', 1
        .assert length(tasks_table) == TASKS * sizeof(task)
current: .dword TASKS                   ; the number of the process that runs; at first, of none

; A process block for each, and one for what ran before them. What all processes share is a system segment.
        .segment blocks, rw, rings(0, 0, 0), system, length((TASKS + 1) * BLOCK)
; The memory of the processes: a page each for the stacks of rings 0 and 4, and for `own`; four for descriptors.
        .segment inner_stacks, rw, hold, rings(0, 0, 0), length(TASKS * STACK)
        .segment outer_stacks, rw, hold, rings(0, 0, 0), length(TASKS * STACK)
        .segment owns, rw, rings(0, 0, 0), length(TASKS * 4096)
        .segment namespaces, rw, rings(0, 0, 0), length(TASKS * 4 * 4096)

; Places in a namespace: in that of each process, its own memory is here.
        .segment stack0, rw, hold, rings(0, 0, 0), number(abi.segment_stacks), length(STACK)
        .segment stack4, rw, hold, rings(4, 4, 4), number(abi.segment_stacks + 4), length(STACK)
        .segment own, rw, length(16)
        .segment console, rw, device(0), rings(0, 0, 0)         ; so programs have to ask us
        .segment power, rw, device(1), rings(0, 0, 0)

; A segment descriptor, as far as it matters here.
        .struct entry
base:   .dword                          ; its real address
length: .word
        .space 20
        .endstruct

; The two words of a capability, for `mint`.
        .equ  ring4, 4 << 48
        .equ  data, (permission.read | permission.write) << 56
        .equ  capabilities, (permission.load_capability | permission.store_capability | permission.load_mutable) << 56
        .equ  everything, ((1 << 28) - 1) << 28

        .segment supervisor, rx, rings(0, 0, 4), system
        .gate write, print
        .gate exit, do_exit
        .entry boot

        .proc boot
        li    r2, data | everything     ; first the capabilities that the image asks for, so that `la` works
        li    r1, segment(relocations) << 32
        mint  c1, r1, r2
        li    r1, segment(descriptors) << 32
        mint  c2, r1, r2
        ldw   r3, [c2 + segment(relocations) * size.descriptor + entry.length]
        li    r5, data | capabilities | everything
        .while r4 < r3
        ld    r1, [c1 + r4 + relocation.capability]
        ld    r2, [c1 + r4 + relocation.capability + 8]
        mint  c3, r1, r2
        ld    r1, [c1 + r4 + relocation.place]
        mint  c4, r1, r5
        stc   c3, [c4]
        add   r4, r4, size.relocation
        .endw
        li    r1, segment(stack0) << 32 | STACK
        li    r2, data | capabilities | STACK << 28
        mint  sp, r1, r2
        li    r16, 0
        .while r16 < TASKS
        mov   r1, r16
        call  make_process
        add   r16, r16, 1
        .endw
        li    r1, on_trap
        setctl entry, r1
        j     schedule
        .endproc

; Makes a process: descriptors, stacks, a block, and a context that looks as if it had been interrupted.
;   takes r1: its number
        .proc make_process, number: r1
        .alias table: c1
        .alias names: c2
        .alias frame: c3
        .alias block: c4
        la    table, descriptors
        la    names, namespaces
        shl   r2, number, 14
        cadd  names, names, r2          ; the same segments,
        getctl r3, descriptor_count
        mul   r4, r3, size.descriptor
        cmov  c5, names
        cmov  c6, table
        copy  c5, c6, r4
        shl   r4, number, 12            ;   but stacks and `own` are others
        ld    r5, [table + segment(inner_stacks) * sizeof(entry) + entry.base]
        add   r5, r5, r4
        st    r5, [names + segment(stack0) * sizeof(entry) + entry.base]
        ld    r5, [table + segment(outer_stacks) * sizeof(entry) + entry.base]
        add   r5, r5, r4
        st    r5, [names + segment(stack4) * sizeof(entry) + entry.base]
        ld    r5, [table + segment(owns) * sizeof(entry) + entry.base]
        add   r5, r5, r4
        st    r5, [names + segment(own) * sizeof(entry) + entry.base]

        la    block, blocks
        mul   r5, number, BLOCK
        cadd  block, block, r5
        ld    r5, [table + segment(namespaces) * sizeof(entry) + entry.base]
        add   r5, r5, r2
        st    r5, [block + process.descriptor_base]
        st    r3, [block + process.descriptor_count]
        li    r5, 1 << abi.line_timer
        st    r5, [block + process.lines]
        li    r5, 1                     ; the stack of ring 0 has its frame on it
        st    r5, [block + process.bank_tags]
        li    r5, segment(stack0) << 32 | STACK - size.trap_frame
        st    r5, [block + process.banks]
        li    r5, data | capabilities | STACK << 28
        st    r5, [block + process.banks + 8]
        li    r6, -1                    ; no label is kept from it
        li    r7, 64
        cadd  block, block, process.read_labels
        fill  block, r6, r7

        la    c5, tasks_table
        mul   r6, number, sizeof(task)
        cadd  c5, c5, r6
        la    frame, inner_stacks
        cadd  frame, frame, r4 + STACK - size.trap_frame
        li    r6, 1 << 16 | 1 << 15     ; the program counter and c15 are capabilities,
        st    r6, [frame + context.tags]
        ld    r6, [c5 + task.start]
        li    r7, ring4
        or    r6, r6, r7
        st    r6, [frame + context.pc]
        li    r7, (permission.read | permission.execute) << 56 | length(programs) << 28
        st    r7, [frame + context.pc + 8]
        li    r6, segment(stack4) << 32 | ring4 | STACK
        st    r6, [frame + context.c + 15 * 16]
        st    r5, [frame + context.c + 15 * 16 + 8]     ;   and all else is zero: interrupts are not masked
        la    c6, owns
        ld    r6, [c5 + task.letter]
        stb   r6, [c6 + r4]
        ret
        .endproc

; All traps and interrupts come here, with the context and the record on the stack of ring 0 of the process.
        .proc on_trap
        .alias cause: r1
        .alias reason: c8
        ld    cause, [sp + size.context + trap.cause]
        beq   cause, cause.interrupt, schedule  ; the timer: its turn is over
        beq   cause, cause.software, asked
look:   la    reason, reasons
next:   ldb   r2, [reason]              ; the number of a cause,
        ldb   r3, [reason + 1]          ;   the length of its name, and the name
        cadd  reason, reason, 2
        beq   r2, cause, found
        beqz  r2, found                 ; the last row is for all others
        cadd  reason, reason, r3
        j     next
asked:  ld    r2, [sp + size.context + trap.offset]
        bne   r2, YIELD, look           ; we know of no other request
        ld    r1, [sp + context.pc]     ; go on behind the request, when the turn comes
        add   r1, r1, 8
        st    r1, [sp + context.pc]
        j     schedule
found:  cbound reason, reason, r3
        la    c1, killed
        call  announce
        cmov  c1, reason
        call  print
        j     end_current
        .endproc

; Never lets the running process run again.
        .proc end_current
        la    c1, current
        ld    r1, [c1]
        mul   r1, r1, sizeof(task)
        la    c1, tasks_table
        st    r0, [c1 + r1 + task.alive]
        la    c1, line_end
        call  print
        j     schedule
        .endproc

; Begins a line about the running process.
;   takes c1: what to say
        .proc announce
        .save  c9
        enter
        cmov  c9, c1
        la    c1, line_end
        call  print
        la    c1, own
        cbound c1, c1, 1
        call  print
        cmov  c1, c9
        call  print
        return
        .endproc

; Prints a text: for us, and for programs, through a gate. What they give us is a capability of ring 4, so they
; cannot make us print what is ours.
;   takes c1: the text
        .proc print
        .clobbers c2
        cget  r1, c1, length
        la    c2, console
        io    r1, c2, c1, write
        ret
        .endproc

; Ends the program that calls it.
        .proc do_exit
        li    r1, 1
        setctl masked, r1               ; a gate does not mask interrupts as a trap does
        la    c1, done
        call  announce
        j     end_current
        .endproc

; Lets the next process run that is alive; the machine ends when none is. Interrupts are masked here.
        .proc schedule
        .alias old: r1
        .alias new: r2
        la    c1, current
        la    c2, tasks_table
        ld    old, [c1]
        mov   new, old
        li    r3, TASKS
look:   add   new, new, 1
        bltu  new, TASKS, there
        li    new, 0
there:  mul   r4, new, sizeof(task)
        ld    r5, [c2 + r4 + task.alive]
        bnez  r5, found
        sub   r3, r3, 1
        bnez  r3, look
        la    c1, power
        io    r0, c1, c0, control
        j     $
found:  st    new, [c1]
        clock r4
        add   r4, r4, SLICE
        setctl timer, r4
        beq   new, old, same
        la    c1, blocks
        mul   old, old, BLOCK
        mul   new, new, BLOCK
        cadd  c2, c1, new
        cadd  c1, c1, old
        setprocess c2, c1               ; from here on we are in the other namespace, on the other stack
same:   resume                          ; what lies there is a context
        .endproc

        .segment sayings, r, rings(0, 0, 0)
line_end: .ascii "\n"
done:   .ascii ": done"
killed: .ascii ": killed, trap "
reasons:
        .byte cause.tag
        .pascal "tag"
        .byte cause.seal
        .pascal "seal"
        .byte cause.permission
        .pascal "permission"
        .byte cause.bounds
        .pascal "bounds"
        .byte cause.ring
        .pascal "ring"
        .byte cause.divide
        .pascal "divide"
        .byte 0
        .pascal "of another cause"

; --- The programs, in ring 4. All say their letter, and let the others say theirs ---

        .segment programs, rx, rings(4, 4, 4)

        .proc prints
        li    r1, 40
        call  say
        la    c1, exit
        callc c1
        .endproc

        .proc pries
        li    r1, 20
        call  say
        la    c1, current
        st    r0, [c1]                  ; it would like to have all the turns
        .endproc

        .proc divides
        li    r1, 10
        call  say
        div   r1, r1, r0
        la    c1, exit
        callc c1
        .endproc

; Says our letter several times.
;   takes r1: how often
        .proc say
        .save  r16
        enter
        mov   r16, r1
next:   la    c1, own                   ; one name, and another page in each process
        cbound c1, c1, 1
        la    c2, write
        callc c2
        trap  YIELD
        sub   r16, r16, 1
        bnez  r16, next
        return
        .endproc
