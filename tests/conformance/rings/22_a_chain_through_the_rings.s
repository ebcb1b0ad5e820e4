; After a chain of calls from ring 4 to 1 to 0 and back by 1 to 4, every stack pointer is what it
; was, whatever the rings did with theirs meanwhile.
; conformance 22
; r1 = 8
; r16 = 8

        .include "../include/start.s"
        .include "../include/stacks.s"
        .segment innermost, rx, rings(0, 0, 1)
        .gate   ask_0, in_0
        .proc   in_0
        .local  room, 200
        enter
        st      r0, [sp + room]
        return
        .endproc

        .segment inner, rx, rings(1, 1, 4)
        .gate   ask_1, in_1
        .proc   in_1
        .local  room, 100
        enter
        la      c1, ask_0
        callc   c1
        la      c1, ask_0               ; and once more, from another depth
        cadd    sp, sp, -64
        callc   c1
        cadd    sp, sp, 64
        return
        .endproc

        .text
        .proc   main
        .local  room, 48
        la      c1, note_stacks
        li      r1, 0
        callc   c1
        mov     r16, r1                 ; all the same as themselves
        enter
        la      c1, ask_1
        callc   c1
        leave
        la      c1, note_stacks
        li      r1, 1
        callc   c1
        trap    done
        .endproc
