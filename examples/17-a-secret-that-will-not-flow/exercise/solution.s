; A secret that will not flow. Three processes may know different things, and none of them can hand a secret down by
; loads and stores, nor by way of the one between them, nor by taking its time: all turns take the same.

; Whose information something is: its label.
        .enum labels
        system                          ; of programs: all may read it, and no process may write it
        public
        office
        secret
        .endenum

        .equ  YIELD, 1                  ; trap 1 asks the kernel to let the next process run
        .equ  LENGTH, 16                ; bytes of the secret
        .equ  BITS, 8 * LENGTH
        .equ  LONG, 12                  ; how often a process goes round a loop to say 1

; What the processes have, a segment for each label.
        .segment square, rw, label(labels.public)
notice: .ascii "For everybody."
heard:  .space LENGTH                   ; what the public process finds out
numbers: .dword 0, 0, 0
        .align 16
        .segment desk, rw, label(labels.office)
ledger: .dword 0, 0
        .segment safe, rw, label(labels.secret)
plan:   .ascii "Meet me at noon."
post:   .dword 0, 0

        .stack 4096

        .text

; The public process: it tries to read the secret, and then listens.
        .proc main
        enter
        la    c1, begin
        callc c1                        ; from here on there are three processes
        la    c1, plan
        ld    r1, [c1]                  ; reading up traps
        trap  YIELD                     ; now the others make their attempts
        call  listen
        la    c1, numbers
        st    r1, [c1]
        li    r2, BITS * 10000
        divu  r2, r2, r1
        divu  r3, r2, 10
        st    r3, [c1 + 8]
        remu  r3, r2, 10
        st    r3, [c1 + 16]
        la    c1, what
        call  print
        la    c1, heard
        call  print
        la    c1, speed
        call  print
        li    r1, 0
        return
        .endproc

; The process of the office, which stands between: it tries to fetch the secret, and to pass it on.
        .proc launder
        la    c1, plan
        la    c2, ledger
        la    c3, notice
        la    c4, post
        ld    r1, [c1]                  ; reading up traps,
        st    r1, [c4]                  ;   writing up does not
        ld    r1, [c3]                  ; reading down does not trap,
        st    r1, [c3]                  ;   writing down does
        st    r1, [c2]                  ; its own it may read and write
next:   trap  YIELD
        j     next
        .endproc

; The process that knows the secret: it tries to give it away, and then finds a way to tell it.
        .proc tell
        la    c1, plan
        la    c2, ledger
        la    c3, notice
        la    c4, console
        ld    r1, [c1]                  ; its own
        st    r1, [c2]                  ; writing down traps,
        st    r1, [c3]                  ;   further down as well,
        li    r1, LENGTH
        io    r1, c4, c1, write         ;   and printing, since what is printed is public
        trap  YIELD

        trap  YIELD                     ; a turn in which nothing is said, to compare with
byte:   ldb   r1, [c1]
        li    r2, 8
bit:    and   r3, r1, 1
        beqz  r3, said                  ; for a 0 it is quick,
        li    r4, LONG
spend:  sub   r4, r4, 1                 ;   for a 1 it takes its time
        bnez  r4, spend
said:   trap  YIELD
        shr   r1, r1, 1
        sub   r2, r2, 1
        bnez  r2, bit
        cadd  c1, c1, 1
        cget  r3, c1, cursor
        bltu  r3, LENGTH, byte
done:   trap  YIELD
        j     done
        .endproc

; Listens: it looks how long the others take, and writes down a bit for each of their turns.
;   gives r1: how many steps that took
        .proc listen
        .alias bits: r4                 ; how many have been heard
        .alias limit: r5                ; what takes longer is a 1
        clock r2
        trap  YIELD
        clock r3
        sub   limit, r3, r2
        add   limit, limit, LONG
        la    c1, heard
        mov   r9, r3                    ; when it began
        li    bits, 0
next:   clock r2
        trap  YIELD
        clock r8
        sub   r3, r8, r2
        sltu  r3, limit, r3
        and   r6, bits, 7
        shl   r3, r3, r6
        shr   r6, bits, 3
        ldb   r7, [c1 + r6]
        or    r7, r7, r3
        stb   r7, [c1 + r6]
        add   bits, bits, 1
        li    r6, BITS
        bltu  bits, r6, next
        sub   r1, r8, r9
        ret
        .endproc

; Prints a text with numbers in it: each `#` stands for the next of `numbers`. What is no character is a dot.
;   takes c1: the text
        .proc print, text: c1
        .alias screen: c2
        .alias number: c3
        .alias end: r2
        .local character, 1
        enter
        la    screen, console
        la    number, numbers
        cadd  c5, sp, character
        cget  end, text, limit
next:   cget  r1, text, cursor
        bgeu  r1, end, done
        ldb   r1, [text]
        cadd  text, text, 1
        beq   r1, '#', digits
        beq   r1, '\n', show
        sub   r3, r1, ' '
        bltu  r3, '~' - ' ', show
        li    r1, '.'
show:   stb   r1, [c5]
        li    r1, 1
        io    r1, screen, c5, write
        j     next
digits: ld    r1, [number]
        call  print_number
        cadd  number, number, 8
        j     next
done:   return
        .endproc

; Prints a number in decimal.
;   takes r1: the number; c2: the console
;   changes r1, r3, r4, c4
        .proc print_number, number: r1
        .local digits, 24
        .clobbers r1, r3, r4, c4
        enter
        cadd  c4, sp, digits + 24
        li    r3, 0
next:   remu  r4, number, 10
        add   r4, r4, '0'
        cadd  c4, c4, -1
        stb   r4, [c4]
        add   r3, r3, 1
        divu  number, number, 10
        bnez  number, next
        io    r3, c2, c4, write
        return
        .endproc

        .rodata
what:   .ascii "what the public process has heard: "
speed:  .ascii "\n# steps, which is #.# bits in a thousand\n"

; --- The kernel ---

; A segment descriptor, as far as it matters here.
        .struct entry
        .space 8
length: .word
        .space 7
label:  .byte
        .space 12
        .endstruct

; A process: the labels that it may read and may write, a bit each, and its registers while it waits.
        .struct task
reads:  .dword
writes: .dword
label:  .dword                          ; its own
saved:  .space size.context
        .endstruct
        .equ  SYSTEM, 1 << labels.system
        .equ  PUBLIC, 1 << labels.public
        .equ  OFFICE, 1 << labels.office
        .equ  SECRET, 1 << labels.secret

        .macro process label, reads, writes, start
        .dword \reads, \writes, \label
        .dword \start + (4 << 48), (permission.read | permission.execute) << 56 | length(text) << 28
        .dword 1 << 16, 1               ; the tag of this program counter; interrupts are masked
        .space size.context - 32
        .endm

        .segment tasks, rw, rings(0, 0, 0)
tasks:  process labels.public, SYSTEM | PUBLIC, PUBLIC | OFFICE | SECRET, main
        process labels.office, SYSTEM | PUBLIC | OFFICE, OFFICE | SECRET, launder
        process labels.secret, SYSTEM | PUBLIC | OFFICE | SECRET, SECRET, tell
end:
        .segment kernel_data, rw, hold, rings(0, 0, 0)
running: .dword 0                       ; the process that runs: how far it is in `tasks`
names:  .cap  of_system
        .cap  of_public
        .cap  of_office
        .cap  of_secret

        .segment words, r, rings(0, 0, 0)
of_system: .ascii "system"
of_public: .ascii "public"
of_office: .ascii "office"
of_secret: .ascii "secret"
may_read: .ascii " may not read what is "
may_write: .ascii " may not write what is "
may_print: .ascii " may not print where it is "
period: .ascii ".\n"

        .segment kernel, rx, rings(0, 0, 4), system
        .gate begin, set_up

; Takes all traps from now on, gives the labels, and makes the caller the public process.
        .proc set_up
        enter
        li    r1, on_trap
        setctl entry, r1
        la    c1, square
        call  label
        la    c1, desk
        call  label
        la    c1, safe
        call  label
        la    c1, descriptors           ; the stack, the console, and the power are public
        li    r1, labels.public
        stb   r1, [c1 + segment(power) * sizeof(entry) + entry.label]
        stb   r1, [c1 + segment(stack4) * sizeof(entry) + entry.label]
        stb   r1, [c1 + segment(console) * sizeof(entry) + entry.label]
        la    c1, stack4
        call  label
        la    c1, tasks
        call  judge_by
        return
        .endproc

; Gives all of a segment the label that its descriptor says.
;   takes c1: the segment
        .proc label
        cget  r1, c1, segment
        mul   r1, r1, sizeof(entry)
        la    c2, descriptors
        cadd  c2, c2, r1
        ldb   r2, [c2 + entry.label]
        ldw   r3, [c2 + entry.length]
        and   r3, r3, -16
        relabel c1, r2, r3
        ret
        .endproc

; From now on accesses are judged by the labels of a process.
;   takes c1: its task
        .proc judge_by
        ld    r1, [c1 + task.reads]
        setctl read0, r1
        ld    r1, [c1 + task.writes]
        setctl write0, r1
        ret
        .endproc

; All traps come here, with the context and the record of the trap on the stack of ring 0.
        .proc on_trap
        ld    r1, [sp + size.context + trap.cause]
        ld    r2, [sp + size.context + trap.offset]
        ld    r3, [sp + context.pc]
        add   r3, r3, 8
        st    r3, [sp + context.pc]     ; go on behind the instruction
        beq   r1, cause.label, denied
        bne   r1, cause.software, other
        beq   r2, YIELD, yield
other:  sub   r3, r3, 8                 ; not for us: let it happen again, and nobody takes it
        st    r3, [sp + context.pc]
        setctl entry, r0
        resume
denied: cmov  c1, sp
        call  report
        resume
yield:  call  await_turn
        cmov  c1, sp
        call  next_process
        resume
        .endproc

        .equ  TURN, 1000                ; turns begin when the clock is a multiple of so many steps

; Waits until the next turn begins.
        .proc await_turn
        clock r1
        divu  r1, r1, TURN
        add   r1, r1, 1
        mul   r1, r1, TURN
        setctl timer, r1
        li    r1, 1 << abi.line_timer
        setctl lines, r1
        wfi                             ; interrupts are masked, so it goes on behind this
        setctl timer, r0
        ret
        .endproc

; Lets the next process run: exchanges the context that the trap has left.
;   takes c1: that context
        .proc next_process
        enter
        la    c2, running
        la    c3, tasks
        ld    r1, [c2]
        add   r2, r1, sizeof(task)
        cget  r3, c3, length
        bltu  r2, r3, there
        li    r2, 0                     ; after the last comes the first
there:  st    r2, [c2]
        cadd  c4, c3, r1 + task.saved
        cmov  c5, c1
        li    r1, size.context
        copy  c4, c5, r1
        cadd  c4, c3, r2 + task.saved
        li    r1, size.context
        copy  c1, c4, r1
        cadd  c1, c3, r2
        call  judge_by
        return
        .endproc

; Prints who was not allowed to do what. Ring 0 may print, whatever the process may.
;   takes c1: the context and the record of the trap
        .proc report
        .alias record: c8
        .save  c8
        enter
        cadd  record, c1, size.context
        la    c1, tasks
        la    c2, running
        ld    r1, [c2]
        cadd  c1, c1, r1
        ld    r1, [c1 + task.label]
        call  say_label
        la    c1, may_read
        ld    r1, [record + trap.kind]
        beq   r1, access.read, verb
        la    c1, may_write
        beq   r1, access.write, verb
        la    c1, may_print
verb:   call  say
        la    c1, descriptors
        ld    r1, [record + trap.segment]
        mul   r1, r1, sizeof(entry)
        ldb   r1, [c1 + r1 + entry.label]
        call  say_label
        la    c1, period
        call  say
        return
        .endproc

; Prints the name of a label.
;   takes r1: the label
        .proc say_label
        la    c1, names
        ldc   c1, [c1 + r1 << 4]
        j     say
        .endproc

; Prints a text.
;   takes c1: the text
        .proc say
        la    c2, console
        cget  r1, c1, length
        io    r1, c2, c1, write
        ret
        .endproc
