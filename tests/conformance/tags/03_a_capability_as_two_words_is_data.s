; A capability copied as two data words has equal bits and no tag, and its use traps.
; conformance 3
; trap tag through c3 at data+0 ring 4 read 8
; trap tag through c3 at data+8 ring 4 write 1
; r5 = 0
; r6 = 1
; c3 = untagged data[0x0..0x10] rwlsm ring 4 cursor 0

        .include "../include/start.s"
        .data
        .align  16
from:   .space  16
to:     .space  16

        .text
main:   la      c1, from
        la      c2, to
        stc     c1, [c1]
        ld      r1, [c1]
        ld      r2, [c1 + 8]
        st      r1, [c2]
        st      r2, [c2 + 8]
        ldc     c3, [c2]
        cget    r5, c3, tag
        cuntag  c4, c1
        csame   r6, c3, c4              ; the same but for the tag
        ld      r7, [c3]
        stb     r7, [c3 + 8]
        trap    done
