; Through a capability without load-capability a capability arrives as its bits, untagged; the one
; in memory stays.
; conformance 14
; c2 = untagged data[0x0..0x10] rwlsm ring 4 cursor 0
; c3 = data[0x0..0x10] rwlsm ring 4 cursor 0
; granule slot = data[0x0..0x10] rwlsm ring 4 cursor 0

        .include "../include/start.s"
        .data
slot:   .space  16

        .text
main:   la      c1, slot
        stc     c1, [c1]
        cperm   c4, c1, ~permission.load_capability
        ldc     c2, [c4]
        ldc     c3, [c1]
        trap    done
