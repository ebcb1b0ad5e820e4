; A store that ends at the border of two granules leaves the tag behind it, and one that begins
; there the tag before it.
; conformance 2
; r5 = 0
; r6 = 1
; r7 = 1
; r8 = 0

        .include "../include/start.s"
        .data
        .align  16
slots:  .space  64

        .text
main:   la      c1, slots
        stc     c1, [c1]
        stc     c1, [c1 + 16]
        st      r1, [c1 + 8]            ; ends at the border
        stc     c1, [c1 + 32]
        stc     c1, [c1 + 48]
        st      r1, [c1 + 48]           ; begins there
        ldc     c2, [c1]
        cget    r5, c2, tag
        ldc     c2, [c1 + 16]
        cget    r6, c2, tag
        ldc     c2, [c1 + 32]
        cget    r7, c2, tag
        ldc     c2, [c1 + 48]
        cget    r8, c2, tag
        trap    done
