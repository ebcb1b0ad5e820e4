; Of the 64 generations exactly one is alive, and it is the descriptor's.
; conformance 25
; r9 = 64
; r10 = 4032

        .include "../include/start.s"
        .segment table, rw, rings(0, 0, 0)
table:  .dword  0
        .equ    place, segment(table) * size.descriptor + descriptor.generation

        .segment kernel
        .proc   main, own: r1, given: r2
        li      r9, 0                   ; that were alive
        li      r10, 0                  ; that were dead
        li      own, 0
next:   stb     own, [c14 + place]
        li      given, 0
again:  shl     r3, given, 51
        li      r4, table
        or      r3, r3, r4
        li      r4, reads | 8 << limit_shift
        mint    c1, r3, r4
        li      r5, 8
        probe   r5, c1, r5, read
        beq     own, given, alive
        bne     r5, r0 + 0, dead
        trap    wrong
dead:   li      r6, 1 << cause.generation
        bne     r5, r6, mistake
        add     r10, r10, 1
        j       go_on
alive:  bnez    r5, mistake
        add     r9, r9, 1
go_on:  add     given, given, 1
        bltu    given, 64, again
        add     own, own, 1
        bltu    own, 64, next
        trap    done
mistake:
        trap    wrong
        .endproc
