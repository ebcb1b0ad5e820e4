; At the border of two pages it is as inside one: over it takes both tags, up to it one.
; conformance 2
; r5 = 0
; r6 = 0
; r7 = 0
; r8 = 1

        .include "../include/start.s"
        .segment wide, rw, hold, length(8192)
        .space  4096 - 16
slots:  .space  32

        .text
main:   la      c1, slots
        stc     c1, [c1]
        stc     c1, [c1 + 16]
        sth     r1, [c1 + 15]           ; the last byte of a page and the first of the next
        ldc     c2, [c1]
        cget    r5, c2, tag
        ldc     c2, [c1 + 16]
        cget    r6, c2, tag
        stc     c1, [c1]
        stc     c1, [c1 + 16]
        stw     r1, [c1 + 12]
        ldc     c2, [c1]
        cget    r7, c2, tag
        ldc     c2, [c1 + 16]
        cget    r8, c2, tag
        trap    done
