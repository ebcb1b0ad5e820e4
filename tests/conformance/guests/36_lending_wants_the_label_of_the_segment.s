; A page in which a granule has another label than the segment is not lent: who lends it traps, be it
; the outermost machine or a guest, and the machine that was to have it is denied it, until the label
; is right.
; conformance 36 28
; given depth 8
; trap label through c10 at arena+0x5000 ring 0 store_capability 4096
; exit memory to 0
; trap label through c10 at #6+0x5000 ring 0 store_capability 4096 level 1
; exit memory to 1
; exit power to 1
; exit power to 0
; r5 = 5
; r6 = 0x901
; r7 = 17
; r8 = 0x901
; r9 = 17
; label arena+0x5fe0 = 0
; label arena+0xdfe0 = 0
; owner arena+0x5000 = 1
; owner arena+0xd000 = 2

        .include "../include/start.s"
        .include "../include/nest.s"

        .equ    last_but_one, 4096 - 32

; A host takes the page of data of its guest back, puts a label on a granule and
; a tag beside it, and tries to lend it, which leaves both: the result. Its guest
; is denied the page then: by which cause.

        .macro  lend_and_run result, cause
        cadd    c9, c2, at_data
        cmov    c10, c9
        li      r3, 4096
        reclaim c10, r3
        cadd    c11, c9, last_but_one
        li      r3, 16
        li      r4, 9
        relabel c11, r4, r3
        stc     c9, [c9 + last_but_one]
        cmov    c10, c9
        li      r3, 4096
        lend    c10, r3
        ldtag   \result, [c9 + last_but_one]
        vmrun   c1, c2, c3
        ld      \cause, [c1 + machine.exit_trap + trap.cause]
        cadd    c11, c9, last_but_one
        li      r3, 16
        relabel c11, r0, r3
        li      r3, 4096
        lend    c10, r3
        vmrun   c1, c2, c3
        .endm

        .segment leaf, rx, rings(0, 0, 0)
leaf:   li      r1, 5
        st      r1, [c6 + 8]
        ld      r1, [c6 + 8]
        power_off r1

        .segment host, rx, rings(0, 0, 0)
host:   enter_traps_at skips
        st      zero, [c6]              ; what its own host has to lend first
        lend_and_run r16, r17
        st      r16, [c6 + 16]
        st      r17, [c6 + 24]
        ld      r1, [c1 + machine.exit_operands]
        power_off r1
skips:  ld      r30, [sp + context.pc]
        add     r30, r30, 8
        st      r30, [sp + context.pc]
        resume

        .segment kernel
        .proc   main
        li      r1, 2
        call    nest
        lend_and_run r6, r7
        ld      r5, [c1 + machine.exit_operands]
        ld      r8, [c9 + 16]
        ld      r9, [c9 + 24]
        trap    done
        .endproc
