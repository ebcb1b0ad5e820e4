; A guest gives its memory a label that its host may not read: the host's verdict is that of its own
; descriptor, as before, and the guest's is changed.
; conformance 36 28
; given depth 8
; exit power to 0
; trap label through c9 at alias+0x0 ring 4 read 8
; r5 = 0x10900
; r16 = 7
; r17 = 0

        .include "../include/start.s"
        .include "../include/nest.s"

        .segment leaf, rx, rings(0, 0, 0)
leaf:   li      r1, 7
        st      r1, [c6]
        li      r1, 9
        li      r3, 4096
        cmov    c9, c6
        relabel c9, r1, r3
        power_off r1

        .segment host, rx
        trap    98

        .segment alias, rw, hold, rings(4, 4, 4), length(4096)

        .segment kernel
main:   li      r1, 1
        call    nest
        vmrun   c1, c2, c3
        ld      r1, [c14 + segment(arena) * size.descriptor + descriptor.base]
        add     r1, r1, at_data
        st      r1, [c14 + segment(alias) * size.descriptor + descriptor.base]
        cadd    c11, c14, segment(alias) * size.descriptor
        li      r1, segment(alias) << 32 | ring4
        li      r2, reads | writes | everything
        mint    c9, r1, r2
        ldtag   r5, [c2 + at_data]
        li      r1, 1                   ; label 0 alone may be read
        setctl  read0, r1
        li      r17, 0
        ld      r16, [c9]               ; as ring 4
        li      r1, 9
        stb     r1, [c11 + descriptor.label]
        ld      r17, [c9]               ; its own label counts
        trap    done
