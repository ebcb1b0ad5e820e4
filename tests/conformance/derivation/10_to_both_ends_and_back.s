; The cursor goes to both ends of its 32 bits and back, and the capability is the same as before.
; conformance 10
; r5 = 1
; r6 = 0xffffffff
; r7 = 0
; c2 = data[0x10..0x20] rw ring 4 cursor 0xffffffff
; c3 = data[0x10..0x20] rw ring 4 cursor 0

        .include "../include/start.s"
        .segment data, rw
before: .space  16
object: .space  16

        .text
main:   la      c1, object
        li      r1, 0xffffffff - 16
        cadd    c2, c1, r1
        cget    r6, c2, cursor
        li      r1, 0xffffffff
        neg     r1, r1
        cadd    c3, c2, r1
        cget    r7, c3, cursor
        cadd    c4, c3, 16
        csame   r5, c1, c4
        trap    done
