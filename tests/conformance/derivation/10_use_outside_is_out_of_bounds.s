; While the cursor is outside the bounds the capability cannot be used, and back inside it can.
; conformance 10
; trap bounds through c1 at data+15 ring 4 read 1
; trap bounds through c1 at data+32 ring 4 write 1
; trap bounds through c1 at data+0xffffffff ring 4 read 8
; trap bounds through c1 at data+0xffffffff ring 4 read 1
; r5 = 0x77
; r6 = 0x77
; memory object = 77 00 00 00 00 00 00 00 00 00 00 00 00 00 00 77

        .include "../include/start.s"
        .segment data, rw
before: .space  16
object: .byte   0x77
        .space  14
        .byte   0x77
after:  .space  16

        .text
main:   la      c1, object
        cadd    c1, c1, -1
        ldb     r1, [c1]
        ldb     r5, [c1 + 1]            ; what counts is where the access is
        cadd    c1, c1, 17
        stb     r0, [c1]
        ldb     r6, [c1 - 1]
        li      r1, 0xffffffff
        cseek   c1, c1, r1
        ld      r1, [c1]                ; no wrap to the low addresses
        ldb     r1, [c1]
        trap    done
