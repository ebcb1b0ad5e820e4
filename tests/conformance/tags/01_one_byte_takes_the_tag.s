; A byte stored anywhere in a granule takes its tag, at each of the sixteen places.
; conformance 1
; r5 = 16
; r6 = 16
; granule slot = untagged data[0x0..0x10] rwlsm ring 4 cursor 0

        .include "../include/start.s"
        .data
        .align  16
slot:   .space  16

        .text
main:   la      c1, slot
        li      r1, 0
        li      r5, 0                   ; r5: how often it was tagged before
        li      r6, 0                   ; r6: how often it was untagged after
again:  stc     c1, [c1]
        ldc     c2, [c1]
        cget    r2, c2, tag
        add     r5, r5, r2
        ldb     r3, [c1 + r1]           ; even the same byte
        stb     r3, [c1 + r1]
        ldc     c2, [c1]
        cget    r2, c2, tag
        xor     r2, r2, 1
        add     r6, r6, r2
        add     r1, r1, 1
        bltu    r1, 16, again
        trap    done
