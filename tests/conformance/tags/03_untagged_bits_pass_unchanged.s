; Untagged bits are loaded and stored through a capability register as they are, and stay untagged.
; conformance 3
; memory copy = fe dc ba 98 76 54 32 d0 ff ff ff ff ff ff ff ff
; r5 = 0
; c2 = bits 0xffffffffffffffffd032547698badcfe

        .include "../include/start.s"
        .data
        .align  16
source: .byte   0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54, 0x32, 0xd0
        .dword  -1
copy:   .space  16

        .text
main:   la      c1, source
        ldc     c2, [c1]
        la      c3, copy
        stc     c2, [c3]
        ldc     c4, [c3]
        cmov    c4, c4
        cget    r5, c4, tag
        csame   r6, c2, c4
        beqz    r6, mistake
        trap    done
mistake:
        trap    wrong
