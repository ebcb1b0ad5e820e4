; A trap in a trap handler pushes a second frame below the first; both are resumed, innermost first.
; conformance 29
; trap software at 200 ring 0
; trap divide ring 0
; r5 = 1
; r6 = 608
; r7 = 608
; kept r8..r31 c2..c12
; c15 = stack0[0x0..0x1000] rwlsm ring 0 cursor 0x1000

        .include "../include/start.s"
        .segment notes, rw, rings(0, 0, 0)
notes:  .dword  0, 0

        .segment kernel
main:   li      r1, first
        setctl  entry, r1
        li      r5, 0
        trap    200
        li      r5, 1
        la      c1, notes
        ld      r6, [c1]
        ld      r7, [c1 + 8]
        trap    done

first:  la      c1, notes
        li      r2, 4096
        cget    r1, sp, cursor
        sub     r1, r2, r1
        st      r1, [c1]
        li      r3, second
        setctl  entry, r3
        div     r4, r4, 0
        bnez    r4, mistake
        li      r3, handler
        setctl  entry, r3
        j       skip_it
second: la      c1, notes
        ld      r1, [c1]
        li      r2, 4096
        sub     r2, r2, r1
        cget    r1, sp, cursor
        sub     r1, r2, r1
        st      r1, [c1 + 8]
skip_it:
        ld      r1, [sp + context.pc]
        add     r1, r1, 8
        st      r1, [sp + context.pc]
        resume
mistake:
        trap    wrong
