; From each ring to each outer one a return goes to that ring on its own stack.
; conformance 21 22
; r16 = 28
; ring = 7

        .include "../include/start.s"

; From ring 0 down to ring r17 and from there to ring r18: the pair is counted
; in r16 if the rings and stacks are right.

        .segment service, rx, rings(0, 0, 7)
        .gate   next, descend_again
descend_again:
        add     r18, r18, 1
        bltu    r18, 8, pair
        add     r17, r17, 1
        beq     r17, 7, all
        add     r18, r17, 1
pair:   li      r1, everywhere + return_kind
        li      r2, reads | executes | everything
        shl     r3, r17, 48
        or      r1, r1, r3
        mint    c7, r1, r2
        ret     c7
all:    li      r1, last + ring7 + return_kind
        li      r2, reads | executes | everything
        mint    c7, r1, r2
        ret     c7

        .segment everywhere_text, rx, rings(0, 7, 7)
everywhere:
        cpc     c1, second
        cget    r3, c1, ring
        bne     r3, r17, mistake
        cring   c1, c1, r18
        creturn c1, c1
        ret     c1
second: cpc     c1, $
        cget    r3, c1, ring
        bne     r3, r18, mistake
        cget    r3, sp, ring
        bne     r3, r18, mistake
        cget    r3, sp, segment
        add     r4, r18, 256
        bne     r3, r4, mistake
        cget    r3, sp, cursor
        li      r4, 4096
        bne     r3, r4, mistake
        add     r16, r16, 1
        callc   c10
last:   trap    done
mistake:
        trap    wrong

        .segment kernel
main:   li      r16, 0
        li      r17, 0
        li      r18, 0
        li      r1, next + entry_kind
        li      r2, reads | executes | everything
        mint    c10, r1, r2
        callc   c10
