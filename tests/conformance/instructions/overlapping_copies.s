; A copy between overlapping places gives the destination what the source held before, in either
; direction.
; conformance instructions
; memory first = "cdefghijij"
; memory second = "ababcdefgh"
; memory third = "abcdefghij"
; r3 = 0
; c1 = data[0x0..0xa] rw ring 4 cursor 8
; c2 = data[0x0..0xa] rw ring 4 cursor 10
; c3 = data[0xa..0x14] rw ring 4 cursor 12
; c4 = data[0xa..0x14] rw ring 4 cursor 10
; c5 = data[0x14..0x1e] rw ring 4 cursor 0x1e

        .include "../include/start.s"
        .segment data, rw
first:  .ascii  "abcdefghij"
second: .ascii  "abcdefghij"
third:  .ascii  "abcdefghij"

        .text
main:   la      c1, first
        cadd    c2, c1, 2
        li      r3, 8
        copy    c1, c2, r3              ; down: upward from the start, and the cursors go along
        la      c4, second
        cadd    c3, c4, 2
        li      r3, 8
        copy    c3, c4, r3              ; up: downward from the end, and the cursors stay
        la      c5, third
        li      r3, 10
        copy    c5, c5, r3              ; onto itself
        trap    done
