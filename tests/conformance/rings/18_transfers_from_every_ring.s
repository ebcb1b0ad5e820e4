; From every ring, to all brackets in order, through capabilities of every ring that it can hold:
; which jumps, returns and calls pass.
; conformance 18 20 21
; given steps 4000000
; r17 = 17280

        .include "../include/start.s"
        .segment target, rx, rings(0, 0, 0)
target: nop                             ; a gate
        nop                             ; none
        .equ    flags, segment(target) * size.descriptor + descriptor.flags
        .equ    gates, segment(target) * size.descriptor + descriptor.gates

; What ring 0 does for the prober: new brackets for the target from r16, and
; the way down to the ring r18.

        .segment service, rx, rings(0, 0, 7)
        .gate   new_brackets, set
        .gate   down, descend_to
set:    li      r1, abi.segment_descriptors << 32
        li      r2, reads | writes | everything
        mint    c2, r1, r2
        ld      r2, [c2 + flags]
        and     r2, r2, ~(0x1ff << r1_shift)
        shl     r1, r16, r1_shift
        or      r2, r2, r1
        st      r2, [c2 + flags]
        ret     c7
descend_to:
        shl     r1, r18, 48
        li      r2, prober + return_kind
        or      r1, r1, r2
        li      r2, reads | executes | everything
        mint    c7, r1, r2
        ret     c7

        .segment kernel
main:   li      r1, 1
        sth     r1, [c14 + gates]
        li      r1, target
        li      r2, reads | executes | 16 << limit_shift
        mint    c8, r1, r2              ; c8: the target, as code
        li      r2, reads | executes | everything
        li      r1, new_brackets + entry_kind
        mint    c9, r1, r2
        li      r1, down + entry_kind
        mint    c10, r1, r2
        li      r17, 0                  ; r17: how many were judged rightly
        li      r18, 0                  ; r18: the ring that runs
        callc   c10

        .segment everywhere, rx, rings(0, 7, 7)
        .proc   prober, ring: r18, b1: r20, b2: r21, b3: r22, other: r23
        li      b1, 0
first:  mov     b2, b1
second: mov     b3, b2
third:  shl     r1, b2, 3
        or      r16, b1, r1
        shl     r1, b3, 6
        or      r16, r16, r1
        callc   c9
        mov     other, ring             ; the ring of the capability
others: cring   c3, c8, other
        sltu    r1, other, b1
        sltu    r2, b2, other
        or      r1, r1, r2              ; 1 if its ring may not execute there
        sne     r2, other, ring         ; 1 if it is not the current ring's
        li      r8, 8

        or      r3, r1, r2
        shl     r3, r3, cause.ring
        probe   r4, c3, r8, jump
        bne     r4, r3, mistake

        shl     r3, r1, cause.ring
        creturn c4, c3
        probe   r4, c4, r8, return
        bne     r4, r3, mistake

        bltu    b2, ring, inward
        sltu    r3, ring, b1            ; in its own ring, or outward
        or      r3, r3, r2
        shl     r3, r3, cause.ring
        mov     r5, r3                  ; gates mean nothing then
        j       call_it
inward: sltu    r3, b3, other           ; no ring above r3, not the capability's either
        shl     r3, r3, cause.ring
        or      r5, r3, 1 << cause.gate
call_it:
        centry  c4, c3
        probe   r4, c4, r8, call
        bne     r4, r3, mistake
        cadd    c4, c3, 8
        centry  c4, c4
        probe   r4, c4, r8, call
        bne     r4, r5, mistake

        add     r17, r17, 4
        add     other, other, 1
        bltu    other, 8, others
        add     b3, b3, 1
        bltu    b3, 8, third
        add     b2, b2, 1
        bltu    b2, 8, second
        add     b1, b1, 1
        bltu    b1, 8, first
        add     ring, ring, 1
        beq     ring, 8, all
        callc   c10
all:    trap    done
mistake:
        trap    wrong
        .endproc
