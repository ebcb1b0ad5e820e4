; When a segment number is used again, for other memory and with a new generation, the old
; capability is dead and a new one works.
; conformance 25
; trap generation through c1 at old+0 ring 0 read 8
; trap generation through c1 at old+0 ring 0 write 8
; r5 = 0x11
; r6 = 0x22
; memory new = 22 00 00 00 00 00 00 00

        .include "../include/start.s"
        .segment old, rw, rings(0, 0, 0)
old:    .dword  0x11
        .segment new, rw, rings(0, 0, 0)
new:    .dword  0x22
        .equ    descriptor, segment(old) * size.descriptor

        .segment kernel
main:   la      c1, old
        ld      r5, [c1]
        ld      r1, [c14 + segment(new) * size.descriptor]
        st      r1, [c14 + descriptor + descriptor.base]
        li      r1, 1
        stb     r1, [c14 + descriptor + descriptor.generation]
        ld      r1, [c1]
        st      r1, [c1]
        li      r1, old + (1 << 51)
        li      r2, reads | 8 << limit_shift
        mint    c2, r1, r2
        ld      r6, [c2]
        trap    done
