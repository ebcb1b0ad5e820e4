; Whatever capabilities of ring 0 are written into a context, resuming it in ring 4 raises them to
; ring 4, but sealed ones; and c0 and r0 stay what they are.
; conformance 29
; r16 = 14
; r17 = 0
; r18 = 0
; c9 = own[0x0..0x10] rw ring 0 cursor 0 sealed 5
; c10 = own[0x0..0x10] rw ring 4 cursor 0
; c15 = own[0x0..0x10] rw ring 4 cursor 0

        .include "../include/start.s"
        .include "../include/resuming.s"
        .segment own, rw, rings(0, 0, 0)
own:    .space  16

        .segment kernel
        .proc   main
        li      r1, outer + ring4
        call    new_frame
        li      r1, 0
        li      r2, own                 ; ring 0, in every slot
        li      r3, reads | writes | 16 << limit_shift
        cadd    c1, sp, context.c
again:  st      r2, [c1 + r1]
        st      r3, [c1 + r1 + 8]
        add     r1, r1, 16
        li      r4, 256
        bltu    r1, r4, again
        li      r4, 5 << 57
        or      r4, r4, r2
        st      r4, [c1 + 9 * 16]
        li      r1, 0x1ffff             ; all tags, that of c0 too
        st      r1, [sp + context.tags]
        st      r1, [sp + context.r]    ; and a number in r0
        resume
        .endproc

        .text
outer:  li      r16, 0
        cget    r17, c0, tag
        mov     r18, r0
        cget    r1, c1, ring
        seq     r1, r1, 4
        add     r16, r16, r1
        cget    r1, c2, ring
        seq     r1, r1, 4
        add     r16, r16, r1
        cget    r1, c3, ring
        seq     r1, r1, 4
        add     r16, r16, r1
        cget    r1, c4, ring
        seq     r1, r1, 4
        add     r16, r16, r1
        cget    r1, c5, ring
        seq     r1, r1, 4
        add     r16, r16, r1
        cget    r1, c6, ring
        seq     r1, r1, 4
        add     r16, r16, r1
        cget    r1, c7, ring
        seq     r1, r1, 4
        add     r16, r16, r1
        cget    r1, c8, ring
        seq     r1, r1, 4
        add     r16, r16, r1
        cget    r1, c10, ring
        seq     r1, r1, 4
        add     r16, r16, r1
        cget    r1, c11, ring
        seq     r1, r1, 4
        add     r16, r16, r1
        cget    r1, c12, ring
        seq     r1, r1, 4
        add     r16, r16, r1
        cget    r1, c13, ring
        seq     r1, r1, 4
        add     r16, r16, r1
        cget    r1, c14, ring
        seq     r1, r1, 4
        add     r16, r16, r1
        cget    r1, c15, ring
        seq     r1, r1, 4
        add     r16, r16, r1
        trap    done
