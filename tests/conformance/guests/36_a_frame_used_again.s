; A frame that a guest has used is used by its host again: through no alias has it a tag, nor takes
; one, until it is reclaimed; and then none of the guest's is left.
; conformance 36
; given depth 8
; exit power to 0
; r5 = 0
; r6 = 0x10001
; r7 = 0
; r8 = 0x10000
; r9 = 0
; r10 = 0
; r11 = 1
; owner arena+0x5000 = 0

        .include "../include/start.s"
        .include "../include/nest.s"

        .segment leaf, rx, rings(0, 0, 0)
leaf:   reach   c9, in_far
        stc     c9, [c6]
        stc     c9, [c6 + 16]
        power_off r1

        .segment host, rx
        trap    98

        .segment alias, rw, hold, rings(0, 0, 0), length(4096)

        .segment kernel
main:   li      r1, 1
        call    nest
        vmrun   c1, c2, c3
        ld      r1, [c14 + segment(arena) * size.descriptor + descriptor.base]
        add     r1, r1, at_data
        st      r1, [c14 + segment(alias) * size.descriptor + descriptor.base]
        li      r1, segment(alias) << 32
        li      r2, all_rights | 4096 << limit_shift
        mint    c9, r1, r2
        ldc     c10, [c9]
        cget    r5, c10, tag            ; the guest's, and none of ours
        ldtag   r6, [c9]
        stc     c9, [c9]
        ldc     c10, [c9]
        cget    r7, c10, tag            ; nor is there one of ours
        ldtag   r8, [c9]                ; and the guest's is gone
        cmov    c10, c9
        li      r3, 4096
        reclaim c10, r3
        ldc     c10, [c9]
        cget    r9, c10, tag
        ldc     c10, [c9 + 16]
        cget    r10, c10, tag
        stc     c9, [c9]
        cadd    c11, c2, at_data
        ldc     c10, [c11]
        cget    r11, c10, tag           ; ours, through the other alias
        trap    done
