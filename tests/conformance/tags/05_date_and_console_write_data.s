; The date and the console's input are data too.
; conformance 5
; given input "ab"
; r1 = 8
; r2 = 2
; r5 = 0
; r6 = 0
; memory slots = ef cd ab 89 67 45 23 01
; memory slots+31 = 61
; memory slots+32 = 62

        .include "../include/start.s"
        .data
        .align  16
slots:  .space  48

        .text
main:   la      c1, slots
        stc     c1, [c1]
        stc     c1, [c1 + 16]
        stc     c1, [c1 + 32]
        la      c3, date
        io      r1, c3, c1, read
        la      c3, console
        cadd    c2, c1, 31
        li      r2, 16
        io      r2, c3, c2, read
        ldc     c2, [c1]
        cget    r5, c2, tag
        ldc     c2, [c1 + 16]
        cget    r6, c2, tag
        ldc     c2, [c1 + 32]
        cget    r7, c2, tag
        add     r6, r6, r7
        trap    done
