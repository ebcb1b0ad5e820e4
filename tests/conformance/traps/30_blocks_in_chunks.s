; A step of a block operation goes to the next multiple of 4096 of either offset; nothing at all is
; one step.
; conformance 30
; given steps 100000
; r16 = 10

        .include "../include/start.s"
        .segment from, rw, rings(4, 4, 4), length(16384)
from:   .space  16384
        .segment to, rw, rings(4, 4, 4), length(16384)
to:     .space  16384

; Offset to, offset from, bytes, steps.

        .rodata
cases:  .word   0, 0, 0, 1
        .word   0, 0, 1, 1
        .word   0, 0, 4095, 1
        .word   0, 0, 4096, 1
        .word   0, 0, 4097, 2
        .word   1, 1, 4095, 1
        .word   1, 0, 4096, 2
        .word   0, 1, 4096, 2
        .word   2048, 1024, 4096, 3
        .word   4095, 4094, 3, 3

        .text
        .proc   main, steps: r6
        la      c8, from
        la      c9, to
        la      c10, cases
        li      r16, 0
        li      r17, 0
next:   ldw     r1, [c10 + r17]
        ldw     r2, [c10 + r17 + 4]
        ldw     r3, [c10 + r17 + 8]
        ldw     steps, [c10 + r17 + 12]
        cadd    c1, c9, r1
        cadd    c2, c8, r2
        mov     r4, r3
        clock   r7
        copy    c1, c2, r4
        clock   r8
        sub     r8, r8, r7
        sub     r8, r8, 1
        bne     r8, steps, mistake
        cadd    c1, c9, r1
        cadd    c2, c8, r2
        mov     r4, r3
        clock   r7
        cmpb    c1, c2, r4
        clock   r8
        sub     r8, r8, r7
        sub     r8, r8, 1
        bne     r8, steps, mistake
        add     r16, r16, 1
        add     r17, r17, 16
        li      r1, length(cases)
        bltu    r17, r1, next
        trap    done
mistake:
        trap    wrong
        .endproc
