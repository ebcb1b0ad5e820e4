; A block copy between aligned places keeps every tag and copies all else as data.
; conformance 4
; r3 = 0
; c1 = data[0x40..0x80] rwlsm ring 4 cursor 0x80
; c2 = data[0x0..0x40] rwlsm ring 4 cursor 0x40
; granule to = data[0x0..0x40] rwlsm ring 4 cursor 0
; granule to+16 = bits 0x22222222222222221111111111111111
; granule to+32 = data[0x0..0x40] rwlsm ring 4 cursor 0
; granule to+48 = null

        .include "../include/start.s"
        .data
        .align  16
from:   .space  64
to:     .space  64, 0xee

        .text
main:   la      c1, to
        la      c2, from
        stc     c2, [c2]
        li      r1, 0x1111111111111111
        st      r1, [c2 + 16]
        add     r1, r1, r1
        st      r1, [c2 + 24]
        stc     c2, [c2 + 32]
        li      r3, 64
        copy    c1, c2, r3
        trap    done
