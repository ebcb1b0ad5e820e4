; What a device puts into memory takes the tags of what it touches, and leaves the label.
; conformance 5
; r1 = 20
; r5 = 0
; r6 = 0
; r7 = 1
; memory slots = 20 of 5a
; label slots = 7
; label slots+32 = 7

        .include "../include/start.s"
        .data
        .align  16
slots:  .space  48

        .segment kernel
main:   la      c1, slots
        stc     c1, [c1]
        stc     c1, [c1 + 16]
        stc     c1, [c1 + 32]
        cmov    c2, c1
        li      r1, 7
        li      r2, 48
        relabel c2, r1, r2
        la      c3, entropy
        li      r1, 20
        io      r1, c3, c1, read
        ldc     c2, [c1]
        cget    r5, c2, tag
        ldc     c2, [c1 + 16]
        cget    r6, c2, tag
        ldc     c2, [c1 + 32]
        cget    r7, c2, tag
        trap    done
