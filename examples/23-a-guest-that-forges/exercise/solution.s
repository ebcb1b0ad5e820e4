; A guest that forges. A program in ring 4 runs a machine in five pages of its memory. In there, it is ring 0 that mints what
; it likes: a capability to all of its memory, and one that is bit for bit a capability of its host's. Both lie in
; memory that the host can read, and has to keep for it.

        .equ    PAGE, 4096
        .equ    GRANULES, PAGE / 16
        .equ    MEMORY, 5 * PAGE        ; of the guest

; The high word of a capability: what it may do, and where it ends.

        .equ    limit_shift, 28
        .equ    rights, (permission.read | permission.write | permission.load_capability | permission.store_capability | permission.load_mutable) << 56
        .equ    executes, (permission.read | permission.execute) << 56

; A descriptor.

        .struct entry
base:   .dword
length: .word
        .space  4
flags:  .word
        .space  12
        .endstruct

        .equ    as_memory, descriptor.present | descriptor.read | descriptor.write | descriptor.hold
        .equ    as_text, descriptor.present | descriptor.read | descriptor.execute

; The guest's memory, as it sees it: first its descriptors, then its text, then what it forges. Its segments are private
; ones, since those hold any capability.

        .equ    AT_TEXT, 3 * PAGE
        .equ    AT_FORGED, 4 * PAGE
        .equ    IN_ALL, abi.system_limit        ; all of its memory
        .equ    IN_TEXT, IN_ALL + 1
        .equ    IN_POWER, IN_ALL + 2
        .equ    SEGMENTS, IN_ALL + 3

        .segment memory, rw, hold, length(MEMORY)
        .segment shelf, rw, length(PAGE)
        .segment tags, rw, length(8 * GRANULES)
        .segment guest_block, rw, length(PAGE)
        .segment devices, rw, hold, length(PAGE)

        .text

        .proc   main
        .alias  console: c8
        .alias  guest: c9               ; its block
        .alias  window: c10             ; its memory
        .alias  table: c11              ; its devices
        .save   r16, c8, c9, c10, c11
        enter
        cmov    console, c2
        la      guest, guest_block
        la      window, memory
        la      table, devices
        stc     c3, [table + 16 * abi.slot_power]
        call    make_guest

        la      c1, own                 ; the guest may know what our own capability looks like
        cget    r2, c1, low
        cget    r3, c1, high
        st      r2, [guest + machine.context + context.r + 8 * 4]
        st      r3, [guest + machine.context + context.r + 8 * 5]

        li      r1, offset(forge)
        call    run_guest
        la      c1, tags_in_guest
        call    print_line
        ldc     c1, [window + AT_FORGED]        ; the same bytes, through our window
        ldc     c2, [window + AT_FORGED + 16]
        cget    r1, c1, tag
        cget    r2, c2, tag
        add     r1, r1, r2
        la      c1, tags_in_host
        call    print_line

        call    put_aside               ; what would be paged out, or sent to another host
        call    put_back
        li      r1, offset(count)
        call    run_guest
        la      c1, tags_left
        call    print_line
        li      r1, 0
        return
        .endproc

; Makes the machine: its descriptors and its text in its memory, which is lent to it, and its registers in its block.
;   takes c9: the block, c10: the window
        .proc   make_guest
        .alias  guest: c9
        .alias  window: c10
        cmov    c1, window
        li      r1, MEMORY
        lend    c1, r1                  ; from now on the tags in these pages are the guest's

        cadd    c1, window, sizeof(entry) * IN_ALL
        st      zero, [c1 + entry.base]
        li      r1, MEMORY
        stw     r1, [c1 + entry.length]
        li      r1, as_memory
        stw     r1, [c1 + entry.flags]
        cadd    c1, window, sizeof(entry) * IN_TEXT
        li      r1, AT_TEXT
        st      r1, [c1 + entry.base]
        li      r1, PAGE
        stw     r1, [c1 + entry.length]
        li      r1, as_text
        stw     r1, [c1 + entry.flags]
        cadd    c1, window, sizeof(entry) * IN_POWER
        li      r1, abi.slot_power
        st      r1, [c1 + entry.base]
        li      r1, descriptor.present | descriptor.read | descriptor.write | descriptor.device
        stw     r1, [c1 + entry.flags]
        cadd    c1, window, AT_TEXT
        la      c2, inside
        cget    r1, c2, length
        copy    c1, c2, r1

        li      r1, 1                   ; interrupts are masked
        st      r1, [guest + machine.context + context.status]
        li      r1, 1 << 16             ; of its capabilities, it begins with a program counter
        st      r1, [guest + machine.context + context.tags]
        li      r1, executes | PAGE << limit_shift
        st      r1, [guest + machine.context + context.pc + 8]
        li      r1, SEGMENTS
        st      r1, [guest + machine.process + process.descriptor_count]
        cadd    c1, guest, machine.process + process.read_labels
        li      r1, -1
        li      r2, 2 * 32
        fill    c1, r1, r2
        ret
        .endproc

; Puts the page with what the guest forges aside: its bytes, and beside them the tag of each granule, with its label and the
; owner of the page, as numbers. The page is empty then.
;   takes c10: the window
        .proc   put_aside
        .alias  window: c10
        cadd    c1, window, AT_FORGED
        la      c2, tags
        li      r1, GRANULES
next:   ldtag   r2, [c1]
        st      r2, [c2]
        cadd    c1, c1, 16
        cadd    c2, c2, 8
        sub     r1, r1, 1
        bnez    r1, next
        cadd    c1, window, AT_FORGED
        la      c2, shelf
        li      r1, PAGE
        copy    c2, c1, r1
        cadd    c1, window, AT_FORGED
        li      r1, PAGE
        fill    c1, zero, r1
        ret
        .endproc

; Puts it back: first the bytes, since they clear tags.
;   takes c10: the window
        .proc   put_back
        .alias  window: c10
        cadd    c1, window, AT_FORGED
        la      c2, shelf
        li      r1, PAGE
        copy    c1, c2, r1
        cadd    c1, window, AT_FORGED
        la      c2, tags
        li      r1, GRANULES
next:   ld      r2, [c2]
        sttag   r2, [c1]
        cadd    c1, c1, 16
        cadd    c2, c2, 8
        sub     r1, r1, 1
        bnez    r1, next
        ret
        .endproc

; Has the machine begin somewhere, and runs it until it is off.
;   takes r1: where in its text, c9 to c11: block, window and devices
;   gives r1: the status with which it is off
        .proc   run_guest
        li      r2, IN_TEXT << 32
        or      r1, r1, r2
        st      r1, [c9 + machine.context + context.pc]
        vmrun   c9, c10, c11
        ld      r1, [c9 + machine.exit_operands]
        ret
        .endproc

; Prints a text and a number below ten.
;   takes c1: the text, r1: the number, c8: the console
        .proc   print_line
        .local  digit, 16
        enter
        add     r2, r1, '0'
        cget    r1, c1, length
        io      r1, c8, c1, write
        cadd    c1, sp, digit
        cbound  c1, c1, 2
        stb     r2, [c1]
        li      r2, '\n'
        stb     r2, [c1 + 1]
        li      r1, 2
        io      r1, c8, c1, write
        return
        .endproc

        .rodata
tags_in_guest: .ascii "the guest forges two capabilities. Tags that it finds: "
tags_in_host: .ascii "tags that its host finds in the same memory: "
tags_left: .ascii "the page was away and is back. Tags that the guest finds: "

        .data
own:    .dword  4711                    ; a secret of the host's

; --- What runs in the guest, in its ring 0 ---

        .segment inside, rx
forge:  li      r1, IN_ALL << 32
        li      r2, rights | MEMORY << limit_shift
        mint    c1, r1, r2              ; all of its memory
        stc     c1, [c1 + AT_FORGED]
        mint    c2, r4, r5              ; what its host was so careless to show
        stc     c2, [c1 + AT_FORGED + 16]
count:  ldc     c2, [c1 + AT_FORGED]
        ldc     c3, [c1 + AT_FORGED + 16]
        cget    r1, c2, tag
        cget    r2, c3, tag
        add     r1, r1, r2
        li      r2, IN_POWER << 32
        li      r3, rights | ((1 << 28) - 1) << limit_shift
        mint    c4, r2, r3
        io      r1, c4, c0, control
