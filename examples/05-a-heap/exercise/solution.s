; Memory on demand: malloc gives blocks out, free takes them back, and resize makes one longer or shorter.

        .text

; The first eight powers of two, in a table that grows as they come: print it, then free it.
        .proc main
        .alias console: c8
        .alias table: c9
        .alias power: r16
        .alias index: r17
        .save  c8, c9, r16, r17
        enter
        cmov  console, c2
        li    r1, 8                     ; room for one
        call  malloc
        cmov  table, c1
        li    power, 1
        li    index, 0
more:   st    power, [table + index << 3]
        add   index, index, 1
        beq   index, 8, full
        cmov  c1, table
        li    r1, 8
        add   r1, r1, index << 3        ; room for one more
        call  resize
        cmov  table, c1
        shl   power, power, 1
        j     more

full:   li    index, 0
next:   ld    r1, [table + index << 3]
        cmov  c2, console
        call  print_number
        add   index, index, 1
        blt   index, 8, next
        cmov  c1, table
        call  free
        li    r1, 0
        return
        .endproc

; --- The heap: blocks one behind the other, each with a header that only malloc and free can reach ---

        .equ  ROOM, 0                   ; in the header: bytes behind it, a multiple of 16
        .equ  USED, 8                   ;   1 if they are given out, else 0
        .equ  HEADER, 16

; Gives out memory: the first free block with enough room.
;   takes r1: how many bytes
;   gives c1: a capability to exactly so many bytes, all zero; null if there is no room
        .proc malloc, bytes: r1
        .alias heap: c2
        .alias at: r2                   ; where the header is that we look at
        .alias room: r3                 ; how much room the block must have
        .alias has: r4                  ; how much it has
        .alias end: r9
        enter
        la    heap, memory
        cget  end, heap, length
        bgtu  bytes, end, none
        add   room, bytes, 15           ; up to a multiple of 16, where capabilities can lie
        and   room, room, -16
        li    at, 0
look:   call  join
        ld    has, [heap + at + ROOM]
        ld    r5, [heap + at + USED]
        bnez  r5, skip
        bgeu  has, room, found
skip:   add   at, at, has + HEADER
        bltu  at, end, look
none:   cmov  c1, c0
        return

found:  sub   r5, has, room             ; what is too much
        bltu  r5, HEADER, whole         ;   becomes a free block, if it is enough for one
        st    room, [heap + at + ROOM]
        sub   r5, r5, HEADER
        add   r6, at, room + HEADER
        st    r5, [heap + r6 + ROOM]
        st    r0, [heap + r6 + USED]
whole:  li    r5, 1
        st    r5, [heap + at + USED]
        cadd   c1, heap, at + HEADER
        cbound c1, c1, bytes            ; the block and no more: this is all that others see
        cmov  c3, c1
        fill  c3, r0, bytes             ; what the last owner left is none of their business
        return
        .endproc

; Joins a free block with the free ones right behind it.
;   takes c2: the heap; r2: where the block's header is; r9: where the heap ends
;   changes r5 to r8
        .proc join, heap: c2, at: r2, end: r9
        ld    r5, [heap + at + USED]
        bnez  r5, done
        ld    r6, [heap + at + ROOM]
next:   add   r7, at, r6 + HEADER       ; the block behind
        bgeu  r7, end, done
        ld    r5, [heap + r7 + USED]
        bnez  r5, done
        ld    r8, [heap + r7 + ROOM]
        add   r6, r6, r8 + HEADER
        st    r6, [heap + at + ROOM]
        j     next
done:   ret
        .endproc

; Takes memory back. What is no block, or is free already, makes a software trap.
;   takes c1: what malloc gave
        .proc free, block: c1
        .alias heap: c2
        .alias at: r2
        cget  r3, block, tag
        beqz  r3, wrong
        la    heap, memory
        cget  r5, heap, length
        cget  r3, block, base           ; wherever the cursor is now, the block begins at its base
        cseek block, block, r3
        csub  r3, block, heap
        sub   r3, r3, HEADER            ; its header must be at this distance
        li    at, 0
next:   beq   at, r3, found
        ld    r4, [heap + at + ROOM]
        add   at, at, r4 + HEADER
        bltu  at, r5, next
wrong:  trap  1
found:  ld    r4, [heap + at + USED]
        beqz  r4, wrong
        st    r0, [heap + at + USED]
        ret
        .endproc

; Makes a block longer or shorter; the old one is freed. What it holds stays, as far as it fits.
;   takes c1: what malloc gave; r1: how many bytes it shall have
;   gives c1: the new block; null if there is no room, and then the old one is as it was
        .proc resize
        .alias old: c8
        .alias new: c9
        .save c8, c9
        enter
        cmov  old, c1
        call  malloc
        cmov  new, c1
        cget  r1, new, tag
        beqz  r1, none
        cget  r1, old, length
        cget  r2, new, length
        sltu  r3, r1, r2
        sel   r1, r3, r1, r2            ; the smaller length
        cmov  c2, old
        copy  c1, c2, r1                ; capabilities among the bytes keep their tags
        cmov  c1, old
        call  free
none:   cmov  c1, new
        return
        .endproc

; Prints a number in decimal, and ends the line.
;   takes r1: the number; c2: the console
        .proc print_number, number: r1, console: c2
        .local digits, 24
        enter
        li    r2, 23
        li    r3, '\n'
        stb   r3, [sp + r2 + digits]
next:   sub   r2, r2, 1
        remu  r3, number, 10
        add   r3, r3, '0'
        stb   r3, [sp + r2 + digits]
        divu  number, number, 10
        bnez  number, next
        cadd  c1, sp, r2 + digits
        neg   r3, r2
        add   r3, r3, 24
        io    r3, console, c1, write
        return
        .endproc

        .data
        .align 16
memory:
        .dword 256, 0                   ; the header of one free block with all the room
        .space 256
