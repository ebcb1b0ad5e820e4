; Bounds that reach beyond the limit, by one byte or by a length that overflows, trap with the
; length that was asked for.
; conformance 8
; trap bounds through c1 at data+16 ring 4 none 17
; trap bounds through c2 at data+24 ring 4 none 9
; trap bounds through c1 at data+16 ring 4 none 0xffffffffffffffff
; trap bounds through c1 at data+16 ring 4 none 0xfffffff0
; trap bounds through c1 at data+16 ring 4 none 0x100000000
; trap bounds through c1 at data+16 ring 4 none 0xfffffffffffffff0
; kept c3
; c1 = data[0x10..0x20] rw ring 4 cursor 16

        .include "../include/start.s"
        .segment data, rw
before: .space  16
object: .space  16
after:  .space  16

        .text
main:   la      c1, object
        cadd    c2, c1, 8
        cbound  c3, c1, 17
        cbound  c3, c2, 9
        cbound  c3, c1, -1
        li      r1, 0xfffffff0
        cbound  c3, c1, r1
        li      r1, 1 << 32
        cbound  c3, c1, r1
        li      r1, -16
        cbound  c3, c1, r1
        trap    done
