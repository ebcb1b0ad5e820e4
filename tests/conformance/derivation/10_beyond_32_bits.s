; A cursor that would leave its 32 bits traps: upward, downward, by a step or at once; the
; capability stays as it is.
; conformance 10
; trap cursor through c2 at data+0x100000000 ring 4
; trap cursor through c3 at data-1 ring 4
; trap cursor through c1 at data+0x100000000 ring 4
; trap cursor through c1 at data-1 ring 4
; trap cursor through c1 at data+0x8000000000000010 ring 4
; trap cursor through c1 at data+0x800000000000000f ring 4
; c1 = data[0x10..0x20] rw ring 4 cursor 0x10
; kept c4

        .include "../include/start.s"
        .segment data, rw
before: .space  16
object: .space  16

        .text
main:   la      c1, object
        li      r1, 0xffffffff
        cseek   c2, c1, r1
        cseek   c3, c1, 0
        cadd    c4, c2, 1
        cadd    c4, c3, -1
        cseek   c4, c1, r1 + 1
        cseek   c4, c1, -1
        li      r1, 1 << 63
        cadd    c4, c1, r1
        li      r1, ~(1 << 63)
        cadd    c4, c1, r1
        trap    done
