; Memory on demand. malloc gives out pieces of one table, each as a capability to just its bytes, and
; free takes them back. The last store in this file goes one byte further than was asked for.

        .text

; A list of squares, each in a block of its own, from the last to the first: print it, then free it.
        .proc main
        .alias console: c8
        .alias list: c9
        .alias number: r16
        .save  c8, c9, r16
        enter
        cmov  console, c2
        cmov  list, c0                  ; null: the list is empty
        li    number, 1
more:   cmov  c1, list
        mul   r1, number, number
        call  push
        cmov  list, c1
        add   number, number, 1
        ble   number, 5, more

        cmov  c1, list
        cmov  c2, console
        call  print_list
        cmov  c1, list
        call  free_list

        li    r1, 100                   ; more than any block of the list had,
        call  malloc                    ; but what is free grows together
        li    r1, 'x'
        stb   r1, [c1 + 99]             ; the last byte
        stb   r1, [c1 + 100]            ; one too far, although 112 bytes were set aside
        li    r1, 0
        return
        .endproc

; --- A list: each block has the capability to the next one, and behind it a number ---

        .equ  NEXT, 0
        .equ  NUMBER, 16
        .equ  NODE, 24                  ; bytes of a block

; Puts a number in front of a list.
;   takes c1: the list, null if it is empty; r1: the number
;   gives c1: the longer list
        .proc push
        .save c8, r16
        enter
        cmov  c8, c1
        mov   r16, r1
        li    r1, NODE
        call  malloc
        stc   c8, [c1 + NEXT]
        st    r16, [c1 + NUMBER]
        return
        .endproc

; Prints the numbers of a list.
;   takes c1: the list; c2: the console
        .proc print_list
        .alias node: c8
        .alias console: c9
        .save c8, c9, r16
        enter
        cmov  node, c1
        cmov  console, c2
next:   cget  r1, node, tag
        beqz  r1, done                  ; null is the only capability here without a tag
        ld    r1, [node + NUMBER]
        cmov  c2, console
        call  print_number
        ldc   node, [node + NEXT]
        j     next
done:   return
        .endproc

; Frees every block of a list.
;   takes c1: the list
        .proc free_list
        .save c8
        enter
next:   cget  r1, c1, tag
        beqz  r1, done
        ldc   c8, [c1 + NEXT]           ; before the block is gone
        call  free
        cmov  c1, c8
        j     next
done:   return
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
