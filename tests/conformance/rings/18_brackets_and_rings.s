; For every ring and every three brackets in order: write up to r1, read up to r2, execute from r1
; to r2.
; conformance 18
; given steps 2000000
; r9 = 3840

        .include "../include/start.s"
        .segment table, rw, hold, rings(0, 0, 0)
table:  .space  16
        .equ    flags, segment(table) * size.descriptor + descriptor.flags

; The mode gets execute besides. c1 can read and write, c2 can execute; each
; access fails by nothing but its ring.

        .segment kernel
        .proc   main, b1: r1, b2: r2, b3: r3, ring: r4
        la      c1, table
        li      r5, table
        li      r6, reads | executes | 16 << limit_shift
        mint    c2, r5, r6
        ld      r11, [c14 + flags]
        and     r11, r11, ~(0x1ff << r1_shift)
        or      r11, r11, descriptor.execute
        li      r9, 0                   ; r9: accesses that were judged rightly
        li      r12, 1 << cause.ring
        li      b1, 0
first:  mov     b2, b1
second: mov     b3, b2
third:  shl     r5, b1, r1_shift
        shl     r6, b2, r2_shift
        or      r5, r5, r6
        shl     r6, b3, r3_shift
        or      r5, r5, r6
        or      r5, r5, r11
        st      r5, [c14 + flags]
        li      ring, 0
rings:  cring   c3, c1, ring
        cring   c4, c2, ring
        li      r5, 16

        probe   r6, c3, r5, write
        sltu    r7, b1, ring            ; 1 if it has to fail
        mul     r7, r7, r12
        bne     r6, r7, mistake
        probe   r6, c3, r5, store_capability
        bne     r6, r7, mistake

        probe   r6, c3, r5, read
        sltu    r7, b2, ring
        mul     r8, r7, r12
        bne     r6, r8, mistake

        li      r5, 8
        probe   r6, c4, r5, execute
        sltu    r8, ring, b1
        or      r7, r7, r8
        mul     r7, r7, r12
        bne     r6, r7, mistake

        add     r9, r9, 4
        add     ring, ring, 1
        bltu    ring, 8, rings
        add     b3, b3, 1
        bltu    b3, 8, third
        add     b2, b2, 1
        bltu    b2, 8, second
        add     b1, b1, 1
        bltu    b1, 8, first
        trap    done
mistake:
        trap    wrong
        .endproc
