; Loading, comparing and writing a capability out as data leaves its tag.
; conformance 5
; console "\x00\x00"
; r5 = 1
; r3 = 0

        .include "../include/start.s"
        .data
        .align  16
slot:   .space  16

        .text
main:   la      c1, slot
        stc     c1, [c1]
        ld      r1, [c1 + 3]
        ldsw    r1, [c1 + 5]
        cmov    c2, c1
        cmov    c3, c1
        li      r3, 16
        cmpb    c2, c3, r3
        la      c3, console
        li      r1, 2
        io      r1, c3, c1, write
        ldc     c2, [c1]
        cget    r5, c2, tag
        trap    done
