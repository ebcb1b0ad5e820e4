; `probe` asks capability and descriptor for all the bytes, and labels for the first 4096.
; conformance instructions
; r5 = 0
; r6 = 0
; r7 = checks label
; r8 = checks label
; r9 = checks bounds
; r10 = checks mode

        .include "../include/start.s"
        .segment table, rw, rings(4, 4, 4), length(3 * 4096)

        .segment kernel
main:   la      c1, table
        cadd    c2, c1, 4096 + 16       ; in the second page, sixteen bytes of a label that is forbidden
        li      r1, 5
        li      r2, 16
        relabel c2, r1, r2
        li      r1, ~(1 << 5)
        setctl  read0, r1
        cring   c1, c1, 4
        li      r1, 4096
        probe   r5, c1, r1, read
        li      r2, 3 * 4096
        probe   r6, c1, r2, read
        cadd    c2, c1, 4096
        probe   r7, c2, r1, read
        cadd    c2, c1, 4090
        li      r3, 32
        probe   r8, c2, r3, read        ; over the border
        add     r3, r2, 1
        probe   r9, c1, r3, read
        ldb     r3, [c14 + segment(table) * size.descriptor + descriptor.flags]
        xor     r3, r3, descriptor.write
        stb     r3, [c14 + segment(table) * size.descriptor + descriptor.flags]
        probe   r10, c1, r2, write
        trap    done
