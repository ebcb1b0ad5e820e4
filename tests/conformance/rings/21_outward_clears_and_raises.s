; A return outward keeps the results and what is preserved, raised to the outer ring, and clears all
; else; sealed values keep their ring.
; conformance 21
; r1 = 0x101
; r2 = 0x102
; r3 = 0
; r4 = 0
; r5 = 0
; r6 = 0
; r7 = 0
; r8 = 0
; r9 = 0
; r10 = 0
; r11 = 0
; r12 = 0
; r13 = 0
; r14 = 0
; r15 = 0
; r16 = 0x110
; r17 = 0x111
; r18 = 0x112
; r19 = 0x113
; r20 = 0x114
; r21 = 0x115
; r22 = 0x116
; r23 = 0x117
; r24 = 0x118
; r25 = 0x119
; r26 = 0x11a
; r27 = 0x11b
; r28 = 0x11c
; r29 = 0x11d
; r30 = 0x11e
; r31 = 0x11f
; c1 = own[0x0..0x10] rw ring 4 cursor 1
; c2 = null
; c3 = null
; c4 = null
; c5 = null
; c6 = null
; c7 = null
; c8 = own[0x0..0x10] rw ring 4 cursor 8
; c9 = own[0x0..0x10] rw ring 0 cursor 0 sealed 9
; c10 = own[0x0..0x10] rw ring 5 cursor 10
; c11 = kernel[0x0..0x8] rx ring 4 cursor 0 entry
; c12 = kernel[0x0..0x8] rx ring 4 cursor 0 return
; c13 = untagged own[0x0..0x10] rw ring 0 cursor 13
; c14 = #0[0x4..0x20] e ring 4 cursor 9
; c15 = stack4[0x0..0x1000] rwlsm ring 4 cursor 0x1000
; ring = 4

        .include "../include/start.s"
        .segment own, rw, rings(0, 0, 0)
own:    .space  16

        .segment kernel
main:   la      c2, own
        cadd    c1, c2, 1
        cadd    c3, c2, 3
        cadd    c4, c2, 4
        cadd    c5, c2, 5
        cadd    c6, c2, 6
        cadd    c8, c2, 8
        li      r1, 9
        li      r2, permission.seal << 56 | 32 << limit_shift | 4
        mint    c14, r1, r2
        cseal   c9, c2, c14
        cring   c10, c2, 5
        cadd    c10, c10, 10
        li      r1, segment(main) << 32
        li      r2, reads | executes | 8 << limit_shift
        mint    c12, r1, r2
        centry  c11, c12
        creturn c12, c12
        cadd    c13, c2, 13
        cuntag  c13, c13
        li      r1, outer + ring4 + return_kind
        li      r2, reads | executes | everything
        mint    c7, r1, r2
        li      r1, 0x101
        li      r2, 0x102
        li      r3, 0x103
        li      r4, 0x104
        li      r5, 0x105
        li      r6, 0x106
        li      r7, 0x107
        li      r8, 0x108
        li      r9, 0x109
        li      r10, 0x10a
        li      r11, 0x10b
        li      r12, 0x10c
        li      r13, 0x10d
        li      r14, 0x10e
        li      r15, 0x10f
        li      r16, 0x110
        li      r17, 0x111
        li      r18, 0x112
        li      r19, 0x113
        li      r20, 0x114
        li      r21, 0x115
        li      r22, 0x116
        li      r23, 0x117
        li      r24, 0x118
        li      r25, 0x119
        li      r26, 0x11a
        li      r27, 0x11b
        li      r28, 0x11c
        li      r29, 0x11d
        li      r30, 0x11e
        li      r31, 0x11f
        ret     c7

        .text
outer:  trap    done
