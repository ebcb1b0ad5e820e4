; Whatever way a procedure is called, the caller finds every preserved register and every ring's
; stack pointer as they were; from an inner ring nothing comes back but results.
; conformance 22 21
; r1 = 8
; r16 = 5

        .include "../include/start.s"
        .include "../include/stacks.s"

; Each procedure saves what it has to preserve, overwrites all registers, and
; gives a number of its own. That of ring 1 calls the one of ring 0 besides.

        .segment innermost, rx, rings(0, 0, 7)
        .gate   ask_0, answer_0
        .proc   answer_0
        .save   r16, r17, r18, r19, r20, r21, r22, r23, r24, r25, r26, r27, r28, r29, r30, r31
        .save   c8, c9, c10, c11, c12, c13, c14
        enter
        li      r3, 0x1000 + 3
        li      r4, 0x1000 + 4
        li      r5, 0x1000 + 5
        li      r6, 0x1000 + 6
        li      r7, 0x1000 + 7
        li      r8, 0x1000 + 8
        li      r9, 0x1000 + 9
        li      r10, 0x1000 + 10
        li      r11, 0x1000 + 11
        li      r12, 0x1000 + 12
        li      r13, 0x1000 + 13
        li      r14, 0x1000 + 14
        li      r15, 0x1000 + 15
        li      r16, 0x1000 + 16
        li      r17, 0x1000 + 17
        li      r18, 0x1000 + 18
        li      r19, 0x1000 + 19
        li      r20, 0x1000 + 20
        li      r21, 0x1000 + 21
        li      r22, 0x1000 + 22
        li      r23, 0x1000 + 23
        li      r24, 0x1000 + 24
        li      r25, 0x1000 + 25
        li      r26, 0x1000 + 26
        li      r27, 0x1000 + 27
        li      r28, 0x1000 + 28
        li      r29, 0x1000 + 29
        li      r30, 0x1000 + 30
        li      r31, 0x1000 + 31
        cpack   c2, r2, r2
        cpack   c3, r3, r3
        cpack   c4, r4, r4
        cpack   c5, r5, r5
        cpack   c6, r6, r6
        cpack   c8, r8, r8
        cpack   c9, r9, r9
        cpack   c10, r10, r10
        cpack   c11, r11, r11
        cpack   c12, r12, r12
        cpack   c13, r13, r13
        cpack   c14, r14, r14
        li      r1, 1000
        li      r2, 2000
        cmov    c1, c0
        return
        .endproc

        .segment inner, rx, rings(1, 1, 7)
        .gate   ask_1, answer_1
        .gate   ask_1_and_0, answer_1_and_0
        .proc   answer_1
        .save   r16, r17, r18, r19, r20, r21, r22, r23, r24, r25, r26, r27, r28, r29, r30, r31
        .save   c8, c9, c10, c11, c12, c13, c14
        enter
        li      r3, 0x2000 + 3
        li      r4, 0x2000 + 4
        li      r5, 0x2000 + 5
        li      r6, 0x2000 + 6
        li      r7, 0x2000 + 7
        li      r8, 0x2000 + 8
        li      r9, 0x2000 + 9
        li      r10, 0x2000 + 10
        li      r11, 0x2000 + 11
        li      r12, 0x2000 + 12
        li      r13, 0x2000 + 13
        li      r14, 0x2000 + 14
        li      r15, 0x2000 + 15
        li      r16, 0x2000 + 16
        li      r17, 0x2000 + 17
        li      r18, 0x2000 + 18
        li      r19, 0x2000 + 19
        li      r20, 0x2000 + 20
        li      r21, 0x2000 + 21
        li      r22, 0x2000 + 22
        li      r23, 0x2000 + 23
        li      r24, 0x2000 + 24
        li      r25, 0x2000 + 25
        li      r26, 0x2000 + 26
        li      r27, 0x2000 + 27
        li      r28, 0x2000 + 28
        li      r29, 0x2000 + 29
        li      r30, 0x2000 + 30
        li      r31, 0x2000 + 31
        cpack   c2, r2, r2
        cpack   c3, r3, r3
        cpack   c4, r4, r4
        cpack   c5, r5, r5
        cpack   c6, r6, r6
        cpack   c8, r8, r8
        cpack   c9, r9, r9
        cpack   c10, r10, r10
        cpack   c11, r11, r11
        cpack   c12, r12, r12
        cpack   c13, r13, r13
        cpack   c14, r14, r14
        li      r1, 1000
        li      r2, 2000
        cmov    c1, c0
        return
        .endproc
        .proc   answer_1_and_0
        .save   r16, r17, r18, r19, r20, r21, r22, r23, r24, r25, r26, r27, r28, r29, r30, r31
        .save   c8, c9, c10, c11, c12, c13, c14
        enter
        li      r3, 0x3000 + 3
        li      r4, 0x3000 + 4
        li      r5, 0x3000 + 5
        li      r6, 0x3000 + 6
        li      r7, 0x3000 + 7
        li      r8, 0x3000 + 8
        li      r9, 0x3000 + 9
        li      r10, 0x3000 + 10
        li      r11, 0x3000 + 11
        li      r12, 0x3000 + 12
        li      r13, 0x3000 + 13
        li      r14, 0x3000 + 14
        li      r15, 0x3000 + 15
        li      r16, 0x3000 + 16
        li      r17, 0x3000 + 17
        li      r18, 0x3000 + 18
        li      r19, 0x3000 + 19
        li      r20, 0x3000 + 20
        li      r21, 0x3000 + 21
        li      r22, 0x3000 + 22
        li      r23, 0x3000 + 23
        li      r24, 0x3000 + 24
        li      r25, 0x3000 + 25
        li      r26, 0x3000 + 26
        li      r27, 0x3000 + 27
        li      r28, 0x3000 + 28
        li      r29, 0x3000 + 29
        li      r30, 0x3000 + 30
        li      r31, 0x3000 + 31
        cpack   c2, r2, r2
        cpack   c3, r3, r3
        cpack   c4, r4, r4
        cpack   c5, r5, r5
        cpack   c6, r6, r6
        cpack   c8, r8, r8
        cpack   c9, r9, r9
        cpack   c10, r10, r10
        cpack   c11, r11, r11
        cpack   c12, r12, r12
        cpack   c13, r13, r13
        cpack   c14, r14, r14
        la      c1, ask_0
        callc   c1
        return
        .endproc

        .data
object: .space  64

        .text
        .proc   same_ring
        .save   r16, r17, r18, r19, r20, r21, r22, r23, r24, r25, r26, r27, r28, r29, r30, r31
        .save   c8, c9, c10, c11, c12, c13, c14
        enter
        li      r3, 0x4000 + 3
        li      r4, 0x4000 + 4
        li      r5, 0x4000 + 5
        li      r6, 0x4000 + 6
        li      r7, 0x4000 + 7
        li      r8, 0x4000 + 8
        li      r9, 0x4000 + 9
        li      r10, 0x4000 + 10
        li      r11, 0x4000 + 11
        li      r12, 0x4000 + 12
        li      r13, 0x4000 + 13
        li      r14, 0x4000 + 14
        li      r15, 0x4000 + 15
        li      r16, 0x4000 + 16
        li      r17, 0x4000 + 17
        li      r18, 0x4000 + 18
        li      r19, 0x4000 + 19
        li      r20, 0x4000 + 20
        li      r21, 0x4000 + 21
        li      r22, 0x4000 + 22
        li      r23, 0x4000 + 23
        li      r24, 0x4000 + 24
        li      r25, 0x4000 + 25
        li      r26, 0x4000 + 26
        li      r27, 0x4000 + 27
        li      r28, 0x4000 + 28
        li      r29, 0x4000 + 29
        li      r30, 0x4000 + 30
        li      r31, 0x4000 + 31
        cpack   c2, r2, r2
        cpack   c3, r3, r3
        cpack   c4, r4, r4
        cpack   c5, r5, r5
        cpack   c6, r6, r6
        cpack   c8, r8, r8
        cpack   c9, r9, r9
        cpack   c10, r10, r10
        cpack   c11, r11, r11
        cpack   c12, r12, r12
        cpack   c13, r13, r13
        cpack   c14, r14, r14
        li      r1, 1000
        li      r2, 2000
        cmov    c1, c0
        return
        .endproc

; Fills the preserved registers with what check finds again; c8 to c14 are
; capabilities.

        .proc   fill_all
        la      c1, object
        li      r16, 0x7000 + 16
        li      r17, 0x7000 + 17
        li      r18, 0x7000 + 18
        li      r19, 0x7000 + 19
        li      r20, 0x7000 + 20
        li      r21, 0x7000 + 21
        li      r22, 0x7000 + 22
        li      r23, 0x7000 + 23
        li      r24, 0x7000 + 24
        li      r25, 0x7000 + 25
        li      r26, 0x7000 + 26
        li      r27, 0x7000 + 27
        li      r28, 0x7000 + 28
        li      r29, 0x7000 + 29
        li      r30, 0x7000 + 30
        li      r31, 0x7000 + 31
        cadd    c8, c1, 8
        cadd    c9, c1, 9
        cadd    c10, c1, 10
        cadd    c11, c1, 11
        cadd    c12, c1, 12
        cadd    c13, c1, 13
        cadd    c14, c1, 14
        ret
        .endproc

        .proc   check
        li      r3, 1000
        bne     r1, r3, mistake
        li      r3, 2000
        bne     r2, r3, mistake
        la      c1, object
        li      r3, 0x7000 + 16
        bne     r16, r3, mistake
        li      r3, 0x7000 + 17
        bne     r17, r3, mistake
        li      r3, 0x7000 + 18
        bne     r18, r3, mistake
        li      r3, 0x7000 + 19
        bne     r19, r3, mistake
        li      r3, 0x7000 + 20
        bne     r20, r3, mistake
        li      r3, 0x7000 + 21
        bne     r21, r3, mistake
        li      r3, 0x7000 + 22
        bne     r22, r3, mistake
        li      r3, 0x7000 + 23
        bne     r23, r3, mistake
        li      r3, 0x7000 + 24
        bne     r24, r3, mistake
        li      r3, 0x7000 + 25
        bne     r25, r3, mistake
        li      r3, 0x7000 + 26
        bne     r26, r3, mistake
        li      r3, 0x7000 + 27
        bne     r27, r3, mistake
        li      r3, 0x7000 + 28
        bne     r28, r3, mistake
        li      r3, 0x7000 + 29
        bne     r29, r3, mistake
        li      r3, 0x7000 + 30
        bne     r30, r3, mistake
        li      r3, 0x7000 + 31
        bne     r31, r3, mistake
        cadd    c2, c1, 8
        csame   r3, c8, c2
        beqz    r3, mistake
        cadd    c2, c1, 9
        csame   r3, c9, c2
        beqz    r3, mistake
        cadd    c2, c1, 10
        csame   r3, c10, c2
        beqz    r3, mistake
        cadd    c2, c1, 11
        csame   r3, c11, c2
        beqz    r3, mistake
        cadd    c2, c1, 12
        csame   r3, c12, c2
        beqz    r3, mistake
        cadd    c2, c1, 13
        csame   r3, c13, c2
        beqz    r3, mistake
        cadd    c2, c1, 14
        csame   r3, c14, c2
        beqz    r3, mistake
        ret
mistake:
        trap    wrong
        .endproc

; After a return from an inner ring: everything else is clear.

        .proc   check_clear
        bnez    r3, mistake
        bnez    r4, mistake
        bnez    r5, mistake
        bnez    r6, mistake
        bnez    r7, mistake
        bnez    r8, mistake
        bnez    r9, mistake
        bnez    r10, mistake
        bnez    r11, mistake
        bnez    r12, mistake
        bnez    r13, mistake
        bnez    r14, mistake
        bnez    r15, mistake
        csame   r3, c1, c0
        beqz    r3, mistake
        csame   r3, c2, c0
        beqz    r3, mistake
        csame   r3, c3, c0
        beqz    r3, mistake
        csame   r3, c4, c0
        beqz    r3, mistake
        csame   r3, c5, c0
        beqz    r3, mistake
        csame   r3, c6, c0
        beqz    r3, mistake
        ret
mistake:
        trap    wrong
        .endproc

main:   la      c1, note_stacks
        li      r1, 0
        callc   c1
        call    fill_all
        call    same_ring               ; 1. call
        call    check
        la      c1, same_ring           ; 2. callc, in the same ring
        callc   c1
        call    check
        la      c1, ask_1               ; 3. through a gate
        callc   c1
        call    check_clear
        call    check
        la      c1, ask_0               ; 4. through a gate of ring 0, past ring 1
        callc   c1
        call    check_clear
        call    check
        la      c1, ask_1_and_0         ; 5. through two rings
        callc   c1
        call    check_clear
        call    check
        la      c1, note_stacks
        li      r1, 1
        callc   c1
        li      r16, 5
        trap    done
