; A descriptor that is changed by a copy, a fill, an exchange or a device holds for the very next
; access as well.
; conformance 27
; given disk 1
; trap segment through c1 at table+0 ring 0 read 8
; trap segment through c1 at table+0 ring 0 read 8
; trap segment through c1 at table+0 ring 0 read 8
; trap descriptor+generation+mode through c1 at table+0 ring 0 read 8
; r5 = 0x22
; r6 = 0x22
; r7 = 0x11
; r8 = 4096

        .include "../include/start.s"
        .segment table, rw, rings(0, 0, 0), number(384)
table:  .dword  0x11
        .segment other, rw, rings(0, 0, 0)
other:  .dword  0x22
        .segment window, rw, rings(0, 0, 0), length(4096)
        .equ    place, segment(table) * size.descriptor

        .segment kernel
        .proc   main
        la      c1, table
        cadd    c3, c14, place
        ld      r9, [c3]
        ld      r10, [c3 + descriptor.flags]
        cadd    c4, c14, segment(other) * size.descriptor

        cmov    c5, c3
        cmov    c6, c4
        li      r1, size.descriptor
        copy    c5, c6, r1              ; the other's descriptor
        ld      r5, [c1]

        cmov    c5, c3
        li      r1, size.descriptor
        fill    c5, r0, r1
        ld      r1, [c1]

        cmov    c5, c3
        cmov    c6, c4
        li      r1, size.descriptor
        copy    c5, c6, r1
        ld      r6, [c1]
        cadd    c5, c3, descriptor.flags
        mov     r1, r0
        swap    r11, r1, [c5]
        ld      r1, [c1]
        st      r10, [c5]
        st      r9, [c3]
        ld      r7, [c1]

        li      r1, 1
        ld      r2, [c5]
        xor     r2, r2, descriptor.present
        casw    r1, r2, [c5]            ; not equal: changes nothing
        ld      r1, [c1]
        ldw     r1, [c5]
        casw    r1, r2, [c5]
        ld      r1, [c1]

; The disk's block of ones over the whole page of descriptors in which the
; table's is: it is the fourth, from segment 384 on.

        ld      r1, [c14 + abi.segment_descriptors * size.descriptor]
        li      r2, 3 * 4096
        add     r1, r1, r2
        st      r1, [c14 + segment(window) * size.descriptor]
        li      r1, window
        li      r2, all_rights | 4096 << limit_shift
        mint    c6, r1, r2
        la      c5, block
        li      r8, 0
        io      r8, c5, c6, read
        ld      r1, [c1]
        trap    done
        .endproc
