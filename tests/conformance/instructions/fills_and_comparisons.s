; `fill` stores the low byte of its value; `cmpb` stops at the first difference, with both cursors
; on it and in the length what is left.
; conformance instructions
; r5 = 0
; r6 = 6
; r7 = 0
; c1 = data[0x0..0x10] rw ring 4 cursor 10
; c2 = data[0x10..0x20] rw ring 4 cursor 0x1a
; c3 = data[0x0..0x10] rw ring 4 cursor 0x10
; c4 = data[0x0..0x10] rw ring 4 cursor 0x0
; memory left = 12 of 34
; memory left+12 = 4 of 00

        .include "../include/start.s"
        .segment data, rw
left:   .space  16
right:  .space  10, 0x34
        .space  6, 0x35

        .text
main:   la      c8, left
        la      c9, right
        cmov    c1, c8
        li      r5, 12
        li      r1, 0x1234
        fill    c1, r1, r5
        cmov    c1, c8
        cmov    c2, c9
        li      r6, 16
        cmpb    c1, c2, r6
        cmov    c3, c8
        cmov    c5, c8
        li      r7, 16
        cmpb    c3, c5, r7              ; all equal
        cmov    c4, c8
        cmpb    c4, c9, r0              ; nothing to compare
        trap    done
