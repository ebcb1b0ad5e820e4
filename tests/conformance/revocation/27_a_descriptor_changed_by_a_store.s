; What a store changes of a descriptor holds for the very next access: place, length, mode,
; brackets, presence.
; conformance 27
; trap bounds through c1 at table+8 ring 0 read 8
; trap mode through c1 at table+0 ring 0 write 8
; trap ring through c2 at table+0 ring 4 read 8
; trap segment through c1 at table+0 ring 0 read 8
; r5 = 0x11
; r6 = 0x22
; r7 = 0x11
; r8 = 0x33

        .include "../include/start.s"
        .segment table, rw, rings(4, 4, 4)
table:  .dword  0x11, 0x33
        .segment other, rw, rings(4, 4, 4)
other:  .dword  0x22, 0x44
        .equ    place, segment(table) * size.descriptor

        .segment kernel
        .proc   main
        la      c1, table
        cring   c2, c1, 4
        cadd    c3, c14, place
        ld      r9, [c3 + descriptor.base]
        ldw     r10, [c3 + descriptor.length]
        ld      r11, [c3 + descriptor.flags]
        ld      r12, [c14 + segment(other) * size.descriptor]

        ld      r5, [c1]
        st      r12, [c3 + descriptor.base]
        ld      r6, [c1]
        st      r9, [c3 + descriptor.base]
        ld      r7, [c1]

        li      r1, 8
        stw     r1, [c3 + descriptor.length]
        ld      r1, [c1 + 8]
        stw     r10, [c3 + descriptor.length]
        ld      r8, [c1 + 8]

        xor     r1, r11, descriptor.write
        stb     r1, [c3 + descriptor.flags]
        st      r0, [c1]
        stb     r11, [c3 + descriptor.flags]

        ld      r1, [c2]
        and     r1, r11, ~(0x1ff << r1_shift)
        st      r1, [c3 + descriptor.flags]
        ld      r1, [c2]
        st      r11, [c3 + descriptor.flags]
        ld      r1, [c2]

        stb     r0, [c3 + descriptor.flags]
        ld      r1, [c1]
        st      r11, [c3 + descriptor.flags]
        ld      r1, [c1]
        trap    done
        .endproc
