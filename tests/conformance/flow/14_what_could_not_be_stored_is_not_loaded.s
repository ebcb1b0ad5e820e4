; A load gives a tag only where the same value could be stored: not when the segment may not hold
; capabilities any more.
; conformance 14
; c2 = untagged table[0x0..0x20] rwlsm ring 0 cursor 0
; c3 = table[0x0..0x20] rwlsm ring 0 cursor 0

        .include "../include/start.s"
        .segment table, rw, hold, rings(0, 0, 0)
table:  .space  32
        .equ    flags, segment(table) * size.descriptor + descriptor.flags

        .segment kernel
main:   la      c1, table
        stc     c1, [c1]
        ldb     r1, [c14 + flags]
        xor     r1, r1, descriptor.hold
        stb     r1, [c14 + flags]
        ldc     c2, [c1]
        xor     r1, r1, descriptor.hold
        stb     r1, [c14 + flags]
        ldc     c3, [c1]
        trap    done
