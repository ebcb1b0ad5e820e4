; Of the 512 triples of brackets the 120 in order are sound, and with every other one each access is
; denied.
; conformance 17
; given steps 2000000
; r9 = 120
; r10 = 392

        .include "../include/start.s"
        .segment table, rw, rings(0, 0, 0)
table:  .space  16
        .equ    flags, segment(table) * size.descriptor + descriptor.flags

        .segment kernel
        .proc   main, triple: r1, wanted: r5
        la      c1, table
        ld      r11, [c14 + flags]
        and     r11, r11, ~(0x1ff << r1_shift)
        li      r9, 0                   ; triples in order
        li      r10, 0                  ; triples out of order
        li      triple, 0
next:   shl     r2, triple, r1_shift
        or      r2, r2, r11
        st      r2, [c14 + flags]
        and     r2, triple, 7
        shr     r3, triple, 3
        and     r3, r3, 7
        shr     r4, triple, 6
        sltu    r5, r3, r2
        sltu    r6, r4, r3
        or      wanted, r5, r6          ; 1 if out of order
        sub     r9, r9, wanted - 1
        add     r10, r10, wanted
        li      r7, 0
rings:  cring   c2, c1, r7
        li      r8, 4
        probe   r2, c2, r8, read
        shr     r2, r2, cause.descriptor
        and     r2, r2, 1
        bne     r2, wanted, mistake
        probe   r2, c2, r8, write
        shr     r2, r2, cause.descriptor
        and     r2, r2, 1
        bne     r2, wanted, mistake
        add     r7, r7, 1
        bltu    r7, 8, rings
        add     triple, triple, 1
        li      r2, 512
        bltu    triple, r2, next
        trap    done
mistake:
        trap    wrong
        .endproc
