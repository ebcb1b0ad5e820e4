; A program that is interrupted at its first, second … two hundredth step comes to the same result
; each time.
; conformance 30
; given steps 300000
; traps 200
; r20 = 200
; r16 = 1

        .include "../include/start.s"
        .data
        .align  16
area:   .space  256
other:  .space  256

; Sets the timer r1 steps on and opens interrupts; 0 closes them.

        .segment service, rx, rings(0, 0, 7)
        .gate   arm, set_timer
set_timer:
        seq     r2, r1, 0
        setctl  masked, r2
        setctl  timer, r0
        bnez    r2, set
        li      r2, 1 << abi.line_timer
        setctl  lines, r2
        clock   r2
        add     r1, r1, r2
        setctl  timer, r1
set:    ret     c7

; The work: stores, capabilities, blocks, calls, arithmetic. r1 becomes a sum
; over all that it left.

        .text
        .proc   work
        .save   r16, c8
        enter
        la      c1, area
        la      c8, other
        cmov    c2, c1
        li      r1, 256
        fill    c2, r1, r1
        li      r16, 1
        li      r3, 0
again:  mul     r16, r16, 31
        add     r16, r16, r3
        st      r16, [c1 + r3 << 3]
        cadd    c2, c1, r3
        stc     c2, [c1 + 128]
        ldc     c3, [c1 + 128]
        cget    r4, c3, cursor
        xadd    r4, r16, [c1 + 64]
        call    add_up
        add     r3, r3, 1
        bltu    r3, 8, again
        cmov    c2, c8
        cmov    c3, c1
        li      r3, 256
        copy    c2, c3, r3
        ldc     c3, [c8 + 128]
        cget    r4, c3, tag
        add     r16, r16, r4
        mov     r1, r16
        li      r3, 0
sum:    ld      r4, [c8 + r3]
        rotl    r1, r1, 7
        add     r1, r1, r4
        add     r3, r3, 8
        li      r4, 256
        bltu    r3, r4, sum
        return
        .endproc

        .proc   add_up
        add     r16, r16, r4
        ret
        .endproc

main:   la      c9, arm
        call    work
        mov     r17, r1                 ; r17: the result without interrupts
        li      r18, 1                  ; r18: the step
        li      r20, 0                  ; r20: how often the result was the same
        li      r16, 1
next:   mov     r1, r18
        callc   c9
        call    work
        mov     r19, r1
        li      r1, 0
        callc   c9
        seq     r1, r19, r17
        add     r20, r20, r1
        add     r18, r18, 1
        li      r1, 200
        ble     r18, r1, next
        trap    done
