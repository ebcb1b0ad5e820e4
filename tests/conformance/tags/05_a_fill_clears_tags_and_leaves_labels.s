; A fill, with zeros or anything else, clears the tags of the granules that it touches and leaves
; their labels.
; conformance 5
; r3 = 0
; r5 = 0
; r6 = 0
; r7 = 1
; memory slots = 24 of 00
; label slots = 9
; label slots+16 = 9

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
        li      r1, 9
        li      r2, 32
        relabel c2, r1, r2
        cmov    c2, c1
        li      r3, 24
        fill    c2, r0, r3
        ldc     c2, [c1]
        cget    r5, c2, tag
        ldc     c2, [c1 + 16]
        cget    r6, c2, tag
        ldc     c2, [c1 + 32]
        cget    r7, c2, tag
        trap    done
