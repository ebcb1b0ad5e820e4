; Copy-on-write. A process forks: from then on there are two, with the same memory. No page is copied before
; one of them stores to it. The second half of this file is the kernel that does it, in ring 0.

        .equ  FORK, 1                   ; what a program can ask the kernel for: trap 1
        .equ  SWITCH, 2                 ;   and trap 2
        .equ  PAGES, 4                  ; of the memory that is shared

        .stack 4096

; A node of a list. Each page of `room` begins with one.
        .struct node
next:   .cap                            ; the next node, null at the end
number: .dword
        .endstruct

        .segment room, rw, hold, length(PAGES * 4096)

; What the kernel counts: ring 0 may write it, ring 4 may read it.
        .struct counts
shared: .dword                          ; pages that both processes have in common
copied: .dword                          ; pages that were copied
capabilities: .dword                    ; in the copies: granules with a capability
labels: .dword                          ;   and with a label
        .endstruct

        .segment tally, rw, rings(0, 4, 4)
tally:  .space sizeof(counts)

        .text

; Mother and child take turns, change the list, and print it as they see it.
        .proc main
        .alias console: c8
        .alias name: c9
        .save  c8, c9
        enter
        cmov  console, c2
        la    c1, begin
        callc c1                        ; the kernel gets ready
        call  build
        trap  FORK                      ; one process goes in here, and two come out
        bnez  r1, child                 ; r1: 0 for the mother, 1 for the child

        la    name, mother
        call  show
        trap  SWITCH                    ; now the child goes on, up to her SWITCH
        call  show                      ; what she changed is not changed here
        li    r1, 2
        li    r2, 300
        call  change
        call  show
        li    r1, 0
        li    r2, 100
        call  change
        call  show
        trap  SWITCH
        li    r1, 0
        return

child:  la    name, daughter
        call  show
        li    r1, 2
        li    r2, 33
        call  change
        call  show
        trap  SWITCH
        call  show
        trap  SWITCH                    ; for the last time
        .endproc

; Makes the list 1, 2, 3, 4, with a node at the beginning of each page.
        .proc build
        .alias number: r1
        la    c1, room
        li    number, 1
next:   st    number, [c1 + node.number]
        beq   number, PAGES, done
        cadd  c2, c1, 4096
        stc   c2, [c1 + node.next]
        cmov  c1, c2
        add   number, number, 1
        j     next
done:   ret
        .endproc

; Changes a number in the list.
;   takes r1: how many nodes lie before it; r2: the number
        .proc change
        la    c1, room
next:   beqz  r1, found
        ldc   c1, [c1 + node.next]
        sub   r1, r1, 1
        j     next
found:  st    r2, [c1 + node.number]    ; in a page that is shared, this traps
        ret
        .endproc

; Prints who we are, the list, and what the kernel has counted.
;   takes c8: the console; c9: our name
        .proc show
        .local numbers, 8 * PAGES + sizeof(counts)
        enter
        cget  r1, c9, length
        io    r1, c8, c9, write
        cadd  c3, sp, numbers
        la    c2, room
next:   ld    r1, [c2 + node.number]
        st    r1, [c3]
        cadd  c3, c3, 8
        ldc   c2, [c2 + node.next]
        cget  r1, c2, tag
        bnez  r1, next
        la    c2, tally
        li    r1, sizeof(counts)
        copy  c3, c2, r1
        cmov  c1, c8
        la    c2, line
        cadd  c3, sp, numbers
        call  print
        return
        .endproc

; Prints a text with numbers in it, one for each `#`.
;   takes c1: the console; c2: the text; c3: the numbers, eight bytes each
        .proc print, console: c1, text: c2, numbers: c3
        .alias end: r2
        enter
        cget  end, text, limit
next:   cget  r1, text, cursor
        bgeu  r1, end, done
        ldb   r1, [text]
        beq   r1, '#', number
        li    r1, 1
        io    r1, console, text, write
        cadd  text, text, 1
        j     next
number: ld    r1, [numbers]
        call  print_number
        cadd  numbers, numbers, 8
        cadd  text, text, 1
        j     next
done:   return
        .endproc

; Prints a number in decimal.
;   takes r1: the number; c1: the console
;   changes r1, r3, r4, c4
        .proc print_number, number: r1, console: c1
        .local digits, 24
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
        io    r3, console, c4, write
        return
        .endproc

        .rodata
mother: .ascii "mother: "
daughter: .ascii "child:  "
line:   .ascii "# # # #   shared #, copied #; in the copies: capabilities #, labels #\n"

; --- The kernel ---

; A segment descriptor, as far as it matters here.
        .struct entry
base:   .dword                          ; the real address of the segment, or of its page table
        .space 8
flags:  .byte
        .space 15
        .endstruct

; The mother is process 0, the child process 1. Each has a block, which says what makes it this process, and a
; page table for `room`.
        .equ  BLOCK, 256                ; bytes from one block to the next
        .segment blocks, rw, rings(0, 0, 0), system, length(2 * BLOCK)
        .segment maps, rw, rings(0, 0, 0), length(2 * 4096)
        .segment kernel_data, rw, rings(0, 0, 0)
running: .dword 0                       ; the process that runs
given:  .dword 0                        ; how many of the frames are given out

        .segment frames, rw, hold, rings(0, 0, 0), length(8 * 4096)     ; pages to copy to
        .segment namespace, rw, rings(0, 0, 0), length(4 * 4096)        ; the descriptors of the child,
        .segment twins, rw, hold, rings(0, 0, 0), length(3 * 4096)      ; and its stacks: of ring 0 and of ring 4

; Bits of a page word. Bits 4 to 11 are for the kernel: the machine does not look at them.
        .equ  COMMON, 1 << 4            ; our own note: copy the page before anybody stores to it
        .equ  OWN, page.present | page.used | page.writable | page.modified

        .segment kernel, rx, rings(0, 0, 4), system
        .gate begin, set_up

; Takes all traps from now on, gives `room` a page table, and gives a label to sixteen bytes of its third page.
        .proc set_up
        li    r1, on_trap
        setctl entry, r1
        la    c1, descriptors
        la    c2, maps
        ld    r1, [c1 + segment(room) * sizeof(entry) + entry.base]
        or    r1, r1, OWN
        li    r2, 0
        .while r2 < PAGES
        st    r1, [c2 + r2 << 3]
        add   r1, r1, 4096
        add   r2, r2, 1
        .endw
        ld    r1, [c1 + segment(maps) * sizeof(entry) + entry.base]
        st    r1, [c1 + segment(room) * sizeof(entry) + entry.base]
        ldb   r1, [c1 + segment(room) * sizeof(entry) + entry.flags]
        or    r1, r1, descriptor.paged
        stb   r1, [c1 + segment(room) * sizeof(entry) + entry.flags]
        la    c2, room
        cadd  c2, c2, 2 * 4096 + 32
        li    r1, 7
        li    r2, 16
        relabel c2, r1, r2
        ret
        .endproc

; All traps come here, with the context and the record of the trap on the stack of ring 0.
        .proc on_trap
        ld    r1, [sp + size.context + trap.cause]
        ld    r2, [sp + size.context + trap.offset]
        beq   r1, cause.page, page
        bne   r1, cause.software, other
        ld    r3, [sp + context.pc]     ; a request is done when it has been made:
        add   r3, r3, 8                 ;   go on behind it
        st    r3, [sp + context.pc]
        beq   r2, FORK, fork
        beq   r2, SWITCH, switch
other:  setctl entry, r0                ; not for us: now it happens again, and nobody takes it
        resume
page:   ld    r3, [sp + size.context + trap.segment]
        li    r4, segment(room)
        bne   r3, r4, other
        mov   r1, r2
        call  own_page
        beqz  r1, other
        resume                          ; the store runs again
fork:   call  make_child
        resume
switch: call  change_process
        resume                          ; of the context that the other process left on its stack
        .endproc

; Gives the running process a page of its own, if the page is a common one.
;   takes r1: the place in `room` that it wants to store to
;   gives r1: 1 if it has the page now, 0 if it may not store there
        .proc own_page
        .alias page: r1
        .alias copy: c2
        enter
        shr   page, r1, 12
        la    c1, running
        ld    r2, [c1]
        shl   r2, r2, 12
        la    c1, maps
        cadd  c1, c1, r2                ; the page table of the running process,
        cadd  c1, c1, page << 3         ;   and its word for the page
        ld    r2, [c1]
        and   r2, r2, COMMON
        beqz  r2, denied

        la    c3, given
        ld    r2, [c3]
        add   r3, r2, 1
        st    r3, [c3]
        shl   r2, r2, 12
        la    copy, frames
        cadd  copy, copy, r2
        la    c3, room
        shl   page, page, 12
        cadd  c3, c3, page
        movepage copy, c3               ; the bytes, and with them the tags and labels
        la    c3, descriptors
        ld    r3, [c3 + segment(frames) * sizeof(entry) + entry.base]
        add   r3, r3, r2
        or    r3, r3, OWN
        st    r3, [c1]                  ; counts from the next instruction on
        call  count
        li    r1, 1
        return
denied: li    r1, 0
        return
        .endproc

; Counts a copied page, what is in it, and the pages that are still shared.
;   takes c2: the copy
        .proc count
        .alias counted: c1
        la    counted, tally
        ld    r1, [counted + counts.copied]
        add   r1, r1, 1
        st    r1, [counted + counts.copied]
        li    r1, 256                   ; granules of a page
        ld    r2, [counted + counts.capabilities]
        ld    r3, [counted + counts.labels]
next:   ldtag r4, [c2]                  ; bit 0: a capability; from bit 8 on: the label
        and   r5, r4, 1
        add   r2, r2, r5
        shr   r4, r4, 8
        sne   r4, r4, 0
        add   r3, r3, r4
        cadd  c2, c2, 16
        sub   r1, r1, 1
        bnez  r1, next
        st    r2, [counted + counts.capabilities]
        st    r3, [counted + counts.labels]

        la    c2, maps
        cadd  c3, c2, 4096
        li    r2, 0
        .while r1 < PAGES
        ld    r3, [c2 + r1 << 3]
        ld    r4, [c3 + r1 << 3]
        seq   r3, r3, r4                ; the same frame, and the same rights
        add   r2, r2, r3
        add   r1, r1, 1
        .endw
        st    r2, [counted + counts.shared]
        ret
        .endproc

; Makes a child of the running process. Its context is the one that the trap left on our stack.
        .proc make_child
        la    c1, descriptors           ; the same segments,
        la    c2, namespace
        getctl r1, descriptor_count
        mul   r1, r1, size.descriptor
        copy  c2, c1, r1

        la    c1, descriptors           ; but its own stacks, and a page table of its own
        la    c2, namespace
        ld    r1, [c1 + segment(twins) * sizeof(entry) + entry.base]
        st    r1, [c2 + segment(stack0) * sizeof(entry) + entry.base]
        add   r1, r1, 2 * 4096
        st    r1, [c2 + segment(stack4) * sizeof(entry) + entry.base]
        ld    r1, [c1 + segment(maps) * sizeof(entry) + entry.base]
        add   r1, r1, 4096
        st    r1, [c2 + segment(room) * sizeof(entry) + entry.base]

        la    c2, maps                  ; with the same words as in the mother's:
        cadd  c3, c2, 4096
        li    r1, 0
        .while r1 < PAGES
        ld    r2, [c2 + r1 << 3]
        and   r2, r2, ~page.writable    ; nobody may store to these pages now
        or    r2, r2, COMMON
        st    r2, [c2 + r1 << 3]
        st    r2, [c3 + r1 << 3]
        add   r1, r1, 1
        .endw
        la    c2, tally
        li    r1, PAGES
        st    r1, [c2 + counts.shared]

        li    r1, 1                     ; the stacks are copied at once; both will need them soon
        st    r1, [sp + context.r + 8]  ; r1 is 1 in the child
        la    c2, twins
        la    c3, stack0
        movepage c2, c3
        cadd  c2, c2, 4096
        cadd  c3, c3, 4096
        movepage c2, c3
        cadd  c2, c2, 4096
        la    c3, stack4
        movepage c2, c3
        st    r0, [sp + context.r + 8]  ;   and 0 in the mother

        la    c3, blocks                ; its block; the mother's is written when she is left
        cadd  c3, c3, BLOCK
        ld    r1, [c1 + segment(namespace) * sizeof(entry) + entry.base]
        st    r1, [c3 + process.descriptor_base]
        getctl r1, descriptor_count
        st    r1, [c3 + process.descriptor_count]
        li    r1, 1 << 0 | 1 << 4
        st    r1, [c3 + process.bank_tags]
        li    r1, -1                    ; all labels, for reading and for writing
        li    r2, 64
        cadd  c2, c3, process.read_labels
        fill  c2, r1, r2
        cget  r1, sp, low               ; the stack pointers of rings 0 and 4
        cget  r2, sp, high
        st    r1, [c3 + process.banks]
        st    r2, [c3 + process.banks + 8]
        getbank c2, 4
        cget  r1, c2, low
        cget  r2, c2, high
        st    r1, [c3 + process.banks + 4 * 16]
        st    r2, [c3 + process.banks + 4 * 16 + 8]
        ret
        .endproc

; Lets the other process run, from where it left the processor.
        .proc change_process
        la    c1, running
        ld    r1, [c1]
        xor   r2, r1, 1
        st    r2, [c1]
        la    c1, blocks
        mul   r1, r1, BLOCK
        mul   r2, r2, BLOCK
        cadd  c2, c1, r2
        cadd  c1, c1, r1
        setprocess c2, c1
        ret
        .endproc
