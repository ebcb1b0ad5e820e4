; A store over the border of two granules takes both tags.
; conformance 2
; r5 = 0
; r6 = 0
; memory slots+12 = 8 of ff

        .include "../include/start.s"
        .data
        .align  16
slots:  .space  32

        .text
main:   la      c1, slots
        stc     c1, [c1]
        stc     c1, [c1 + 16]
        li      r1, -1
        st      r1, [c1 + 12]
        ldc     c2, [c1]
        ldc     c3, [c1 + 16]
        cget    r5, c2, tag
        cget    r6, c3, tag
        trap    done
