; A copy that is interrupted between any two of its chunks goes on where it was, and moves each
; granule once.
; conformance 4 30
; trap interrupt at 16 ring 0 times 4
; r3 = 0
; r5 = 1024
; r6 = 0x4000
; r7 = 0x4000

        .include "../include/start.s"
        .segment from, rw, hold, rings(0, 0, 0), length(16384)
from:   .space  16384
        .segment to, rw, hold, rings(0, 0, 0), length(16384)
to:     .space  16384

        .segment kernel
main:   la      c1, from
        li      r1, 0
        li      r2, 16384
mark:   cadd    c3, c1, r1
        stc     c3, [c3]
        add     r1, r1, 16
        bltu    r1, r2, mark

        la      c2, to
        cmov    c3, c2
        cmov    c4, c1
        li      r1, 1 << abi.line_timer
        setctl  lines, r1
        setctl  masked, r0
        cpc     c13, arm                ; each interrupt comes back to arm the timer again
        li      r3, 16384
arm:    beqz    r3, copied
        clock   r1
        add     r1, r1, 4               ; behind one chunk
        setctl  timer, r1
        copy    c3, c4, r3
copied: li      r1, 1
        setctl  masked, r1
        cget    r6, c3, cursor
        cget    r7, c4, cursor

        li      r1, 0
        li      r5, 0
look:   ldc     c3, [c2 + r1]
        cadd    c4, c1, r1
        csame   r4, c3, c4
        add     r5, r5, r4
        add     r1, r1, 16
        bltu    r1, r2, look
        trap    done
