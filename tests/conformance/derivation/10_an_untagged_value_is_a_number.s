; The low word of an untagged value is a number of 64 bits: adding to it wraps, with a carry through
; what would be the segment.
; conformance 10
; c2 = bits 0x0000000000000077000001120000000f
; c3 = bits 0x00000000000000770000000000000000
; c4 = bits 0x0000000000000077fffffffffffffff0
; r5 = 0x1120000000f
; r6 = 0

        .include "../include/start.s"
        .text
main:   li      r1, 0x111_ffff_ffff
        li      r2, 0x77
        cpack   c1, r1, r2
        cadd    c2, c1, 16
        cget    r5, c2, address
        li      r3, -1
        cseek   c3, c1, r3
        cadd    c3, c3, 1
        cseek   c4, c1, -16
        cget    r6, c4, tag
        trap    done
