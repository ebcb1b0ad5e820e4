; Demand paging. A program has six pages and the kernel has four frames to put them in. A page comes into a frame
; when it is used, and another one has to make room, but for a page that is pinned. The second half of this file is the kernel.

        .equ  PAGES, 6
        .equ  FRAMES, 4

; The program's memory. None of it is in memory when the program begins.
        .segment room, rw, length(PAGES * 4096)

; What the kernel counts: ring 0 may write it, ring 4 may read it.
        .struct counts
loads:  .dword                          ; pages that were brought in
evicted: .dword                         ; pages that had to leave their frame,
stored: .dword                          ;   and those of them that had changed
noted:  .dword                          ; traps that only noted a use or a change
        .endstruct

        .segment tally, rw, rings(0, 4, 4)
tally:  .space sizeof(counts)

        .text

; Uses the pages in several ways, and prints after each what the kernel has counted.
        .proc main
        .save  c8
        enter
        cmov  c8, c2                    ; c8: the console
        la    c1, begin
        callc c1                        ; the kernel takes the pages away
        li    r1, 0
        li    r2, PAGES
        call  store_all                 ; 0, 1, ... 5 into the pages 0, 1, ... 5
        la    c1, stored_all
        call  report
        li    r1, 2
        la    c1, pin
        callc c1                        ; page 2 is here, and stays
        li    r1, 2
        li    r2, PAGES
        call  sum                       ; the last four are still here
        la    c1, read_last
        call  report
        li    r1, 0
        li    r2, PAGES
        call  sum                       ; and now each page leaves just before its turn
        la    c1, read_all
        call  report
        li    r1, 0
        li    r2, PAGES
        call  sum
        return                          ; 0 + 1 + ... + 5: nothing was lost
        .endproc

; Stores to each page its number.
;   takes r1: the first page; r2: the one behind the last
        .proc store_all, page: r1, end: r2
        la    c1, room
        .while page < end
        shl   r3, page, 12
        st    page, [c1 + r3]
        add   page, page, 1
        .endw
        ret
        .endproc

; Adds up what is in pages.
;   takes r1: the first page; r2: the one behind the last
;   gives r1: the sum
        .proc sum, page: r1, end: r2
        la    c1, room
        li    r4, 0
        .while page < end
        shl   r3, page, 12
        ld    r3, [c1 + r3]
        add   r4, r4, r3
        add   page, page, 1
        .endw
        mov   r1, r4
        ret
        .endproc

; Prints what was done, and what the kernel has counted so far.
;   takes c1: the text, with a `#` for each count; c8: the console
        .proc report, text: c1
        .alias number: c3
        .alias end: r2
        enter
        la    number, tally
        cget  end, text, limit
next:   cget  r1, text, cursor
        bgeu  r1, end, done
        ldb   r1, [text]
        beq   r1, '#', digits
        li    r1, 1
        io    r1, c8, text, write
        cadd  text, text, 1
        j     next
digits: ld    r1, [number]
        call  print_number
        cadd  number, number, 8
        cadd  text, text, 1
        j     next
done:   return
        .endproc

; Prints a number in decimal.
;   takes r1: the number; c8: the console
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
        io    r3, c8, c4, write
        return
        .endproc

        .rodata
stored_all: .ascii "stored to all:    loads #, evicted #, stored #, noted #\n"
read_last: .ascii "read the last 4:  loads #, evicted #, stored #, noted #\n"
read_all: .ascii "read all:         loads #, evicted #, stored #, noted #\n"

; --- The kernel ---

; A segment descriptor, as far as it matters here.
        .struct entry
base:   .dword                          ; the real address of the segment, or of its page table
        .space 8
flags:  .byte
        .space 15
        .endstruct

        .segment map, rw, rings(0, 0, 0), length(4096)                  ; the page table of `room`
        .segment frames, rw, rings(0, 0, 0), length(FRAMES * 4096)
        .segment backing, rw, rings(0, 0, 0), length(PAGES * 4096)      ; where a page is when it is in no frame
        .segment kernel_data, rw, rings(0, 0, 0)
owners: .space FRAMES * 8, -1           ; the page in each frame; none at first
hand:   .dword 0                        ; the frame that the clock looks at next

; Bits 4 to 11 of a page word are for the kernel: the machine does not look at them.
        .equ  PINNED, 1 << 4

        .segment kernel, rx, rings(0, 0, 4), system
        .gate begin, set_up
        .gate pin, do_pin

; Takes all traps from now on, and gives `room` a page table in which no page is present.
        .proc set_up
        li    r1, on_trap
        setctl entry, r1
        la    c1, descriptors
        ld    r1, [c1 + segment(map) * sizeof(entry) + entry.base]
        st    r1, [c1 + segment(room) * sizeof(entry) + entry.base]
        ldb   r1, [c1 + segment(room) * sizeof(entry) + entry.flags]
        or    r1, r1, descriptor.paged
        stb   r1, [c1 + segment(room) * sizeof(entry) + entry.flags]
        ret
        .endproc

; Keeps a page in its frame from now on.
;   takes r1: the page
;   gives r1: 1 if it stays, 0 if it was in no frame
        .proc do_pin, page: r1
        .alias word: r2
        bgeu  page, PAGES, absent
        la    c1, map
        cadd  c1, c1, page << 3
        ld    word, [c1]
        and   r3, word, page.present
        beqz  r3, absent
        or    word, word, PINNED
        st    word, [c1]
        li    r1, 1
        ret
absent: li    r1, 0
        ret
        .endproc

; All traps come here, with the context and the record of the trap on the stack of ring 0.
        .proc on_trap
        .alias page: r16
        .alias word: r17
        .alias map_entry: c8
        ld    r1, [sp + size.context + trap.cause]
        ld    r2, [sp + size.context + trap.segment]
        ld    page, [sp + size.context + trap.offset]
        bne   r1, cause.page, other
        li    r1, segment(room)
        bne   r2, r1, other
        shr   page, page, 12
        la    map_entry, map
        cadd  map_entry, map_entry, page << 3
        ld    word, [map_entry]
        and   r1, word, page.present
        bnez  r1, note
        call  free_frame                ; r1: its number
        mov   word, r1
        call  bring_in
        la    c1, descriptors
        ld    r1, [c1 + segment(frames) * sizeof(entry) + entry.base]
        shl   word, word, 12
        add   word, word, r1
        or    word, word, page.present | page.writable
        li    r1, counts.loads
        j     used

note:   li    r1, counts.noted
used:   call  count
        or    word, word, page.used
        ld    r1, [sp + size.context + trap.kind]
        bne   r1, access.write, clean
        or    word, word, page.modified
clean:  st    word, [map_entry]         ; counts from the next instruction on,
        resume                          ;   and the instruction that trapped runs again
other:  setctl entry, r0                ; not for us: now it happens again, and nobody takes it
        resume
        .endproc

; Finds a frame, and takes the page out of it that was there. The clock: the hand goes round the frames. A page
; that was used since it came by last is spared, but the note is wiped; one that was not has to go.
;   gives r1: the number of the frame
        .proc free_frame
        .alias frame: r18
        .alias word: r19
        .alias owner: r20
        enter
        la    c1, hand
        la    c2, owners
        la    c9, map
next:   ld    frame, [c1]
        add   r1, frame, 1
        remu  r1, r1, FRAMES
        st    r1, [c1]
        ld    owner, [c2 + frame << 3]
        blt   owner, 0, done            ; nobody has it yet
        ld    word, [c9 + owner << 3]
        and   r1, word, PINNED
        bnez  r1, next
        and   r1, word, page.used
        beqz  r1, evict
        and   word, word, ~page.used
        st    word, [c9 + owner << 3]   ; from now on its next use traps, and is noted
        j     next
evict:  st    r0, [c9 + owner << 3]
        li    r1, counts.evicted
        call  count
        and   r1, word, page.modified
        beqz  r1, done                  ; the backing has the same already
        li    r1, counts.stored
        call  count
        la    c1, backing
        la    c2, frames
        shl   r1, owner, 12
        cadd  c1, c1, r1
        shl   r1, frame, 12
        cadd  c2, c2, r1
        movepage c1, c2
done:   mov   r1, frame
        return
        .endproc

; Fills a frame with a page, from the backing.
;   takes r1: the frame; r16: the page
        .proc bring_in, frame: r1, page: r16
        la    c1, owners
        st    page, [c1 + frame << 3]
        la    c1, frames
        la    c2, backing
        shl   r2, frame, 12
        cadd  c1, c1, r2
        shl   r2, page, 12
        cadd  c2, c2, r2
        movepage c1, c2
        ret
        .endproc

; Counts.
;   takes r1: the offset of the count
        .proc count
        .clobbers c1
        la    c1, tally
        ld    r2, [c1 + r1]
        add   r2, r2, 1
        st    r2, [c1 + r1]
        ret
        .endproc
