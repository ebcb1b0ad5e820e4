; A gate. A safe in ring 1 gives out what is in it to those who know its code, and lets them change the code.

        .text

        .proc main
        .alias console: c8
        .save  c8
        enter
        cmov  console, c2
        li    r1, 1111
        call  guess
        li    r1, 4711
        li    r2, 42
        call  try_change
        li    r1, 4711
        call  guess
        li    r1, 42
        call  guess
        li    r1, 4711
        li    r2, 1
        call  try_change
        li    r1, 0
        return
        .endproc

; Tries to change the code, and prints whether it was changed.
;   takes r1: the old code; r2: the new one; c8: the console
        .proc try_change
        .save  r16, r17
        enter
        mov   r16, r1
        mov   r17, r2
        la    c1, changing
        call  print
        mov   r1, r16
        call  print_number
        la    c1, into
        call  print
        mov   r1, r17
        call  print_number
        mov   r1, r16
        mov   r2, r17
        la    c1, change
        callc c1
        la    c1, is_done
        bnez  r1, known
        la    c1, is_refused
known:  call  print
        return
        .endproc

; Tries a code, and prints what became of it.
;   takes r1: the code; c8: the console
        .proc guess
        .alias console: c8
        .local paper, 32
        .save  r16
        enter
        mov   r16, r1
        la    c1, trying
        call  print
        mov   r1, r16
        call  print_number
        mov   r1, r16
        la    c1, unlock
        callc c1
        la    c1, opens
        bnez  r1, known
        la    c1, stays_shut
known:  call  print
        la    c1, tries_left
        callc c1
        call  print_number
        cadd  c1, sp, paper
        cbound c1, c1, 32
        la    c2, fetch
        callc c2                        ; it writes to our paper, and to nothing else of ours
        beqz  r1, nothing
        mov   r16, r1
        la    c1, inside
        call  print
        cadd  c1, sp, paper
        cbound c1, c1, r16
        call  print
nothing: la   c1, line_end
        call  print
        return
        .endproc

; Prints a text.
;   takes c1: the text; c8: the console
        .proc print
        cget  r1, c1, length
        io    r1, c8, c1, write
        ret
        .endproc

; Prints a number in decimal.
;   takes r1: the number; c8: the console
        .proc print_number, number: r1
        .local digits, 24
        enter
        cadd  c1, sp, digits + 24
        li    r2, 0
next:   remu  r3, number, 10
        add   r3, r3, '0'
        cadd  c1, c1, -1
        stb   r3, [c1]
        add   r2, r2, 1
        divu  number, number, 10
        bnez  number, next
        io    r2, c8, c1, write
        return
        .endproc

        .rodata
trying: .ascii "code "
opens:  .ascii ": open, tries left: "
stays_shut: .ascii ": shut, tries left: "
inside: .ascii ", in it: "
line_end: .ascii "\n"
changing: .ascii "code "
into:   .ascii " into "
is_done: .ascii ": changed\n"
is_refused: .ascii ": not changed\n"

; --- The safe: a service in ring 1 ---

        .equ  TRIES, 3                  ; wrong codes, until it stays shut for good

; Its state. Only rings 0 and 1 may read or write this.
        .segment safe, rw, rings(1, 1, 1)
code:   .dword 4711
left:   .dword TRIES
is_open: .dword 0
content: .ascii "two tickets to the opera"

; Its text runs in ring 1, and rings up to 4 may call the gates. They are the first instructions.
        .segment service, rx, rings(1, 1, 4)
        .gate unlock, do_unlock
        .gate fetch, do_fetch
        .gate tries_left, do_tries_left
        .gate change, do_change

; Opens the safe.
;   takes r1: the code
;   gives r1: 1 if the safe is open now, else 0
        .proc do_unlock, given: r1
        .save  r16
        enter                           ; a frame on the stack of ring 1
        mov   r16, given
        call  do_tries_left             ; within the ring it is a plain procedure
        beqz  r1, refused
        la    c1, code                  ; a capability of ring 1, from the linkage of ring 1
        ld    r2, [c1]
        la    c1, left
        bne   r16, r2, wrong
        li    r1, TRIES
        st    r1, [c1]
        la    c1, is_open
        li    r1, 1
        st    r1, [c1]
        return
wrong:  sub   r1, r1, 1                 ; one try less
        st    r1, [c1]
refused: li   r1, 0
        return
        .endproc

; Gives out what is in the safe, and shuts it.
;   takes c1: where to put it
;   gives r1: how many bytes it is; 0 if the safe was shut
        .proc do_fetch, place: c1
        la    c2, is_open
        ld    r1, [c2]
        beqz  r1, shut
        st    r0, [c2]
        la    c2, content
        cget  r1, c2, length
        mov   r2, r1
        copy  place, c2, r2             ; through a capability of ring 4: to what ring 4 may write
shut:   ret
        .endproc

; How many wrong codes are left.
;   gives r1: the number
        .proc do_tries_left
        la    c1, left
        ld    r1, [c1]
        ret
        .endproc

; Changes the code, for those who know it; a wrong one is a try like any other.
;   takes r1: the old code; r2: the new one
;   gives r1: 1 if it was changed, else 0
        .proc do_change
        .save  r16
        enter
        mov   r16, r2
        call  do_unlock
        beqz  r1, refused
        la    c1, code
        st    r16, [c1]
        la    c1, is_open               ; knowing the code was all that this was about
        st    r0, [c1]
refused: return
        .endproc
