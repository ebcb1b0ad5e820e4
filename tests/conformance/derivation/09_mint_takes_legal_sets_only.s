; Of the 256 sets of permissions, `mint` makes capabilities of the legal ones, and of no other.
; conformance 9
; traps 237
; r9 = 19

        .include "../include/start.s"
        .segment kernel
main:   li      r1, 0                   ; r1: the set
        li      r9, 0                   ; r9: how many were legal
        la      c6, caught
again:  shl     r2, r1, 56
        cmov    c1, c0
        mint    c1, r0, r2
        cget    r3, c1, tag
        beqz    r3, refused
        add     r9, r9, 1
        cget    r3, c1, permissions
        bne     r3, r1, mistake
        cperm   c2, c1, -1
        csame   r3, c1, c2
        beqz    r3, mistake             ; a legal set is not made smaller
        j       next
refused:
        ld      r3, [c6 + trap.failed]
        li      r4, 1 << cause.permission
        bne     r3, r4, mistake
next:   add     r1, r1, 1
        li      r2, 256
        bltu    r1, r2, again
        trap    done
mistake:
        trap    wrong
