; Sixteen bytes of ones are data, and so is every other pattern that data stores have left.
; conformance 7
; r5 = 0
; r6 = 0
; r7 = 0
; c2 = bits 0xffffffffffffffffffffffffffffffff

        .include "../include/start.s"
        .data
        .align  16
ones:   .dword  -1, -1
image:  .dword  segment(ones) << 32 | 4 << 48, (permission.read | permission.write) << 56 | 32 << 28

        .text
main:   la      c1, ones
        ldc     c2, [c1]
        cget    r5, c2, tag
        la      c3, image               ; as good a capability as data can be
        ldc     c4, [c3]
        cget    r6, c4, tag
        fill    c1, r5, r5
        li      r1, -1
        st      r1, [c1]
        st      r1, [c1 + 8]
        ldc     c2, [c1]
        cget    r7, c2, tag
        trap    done
