; A machine begins in ring 0 with registers clear, interrupts masked, all labels, no timer, no trap
; entry; its reset record says what it has.
; conformance instructions
; given memory 1M
; given disk 1
; r5 = 0x100000
; r6 = 0x1f
; r7 = 0x504030201
; r8 = -1
; r9 = 1
; r10 = 1
; r11 = 5
; r12 = 0x100000

        .segment kernel, rx, rings(0, 0, 0), system
        .entry  main
main:   or      r31, r1, r2             ; all are zero
        or      r31, r31, r3
        or      r31, r31, r4
        or      r31, r31, r5
        or      r31, r31, r6
        or      r31, r31, r7
        or      r31, r31, r8
        or      r31, r31, r9
        or      r31, r31, r10
        or      r31, r31, r11
        or      r31, r31, r12
        or      r31, r31, r13
        or      r31, r31, r14
        or      r31, r31, r15
        or      r31, r31, r16
        or      r31, r31, r17
        or      r31, r31, r18
        or      r31, r31, r19
        or      r31, r31, r20
        or      r31, r31, r21
        or      r31, r31, r22
        or      r31, r31, r23
        or      r31, r31, r24
        or      r31, r31, r25
        or      r31, r31, r26
        or      r31, r31, r27
        or      r31, r31, r28
        or      r31, r31, r29
        or      r31, r31, r30
        bnez    r31, mistake
        csame   r1, c1, c0
        beqz    r1, mistake
        csame   r1, c2, c0
        beqz    r1, mistake
        csame   r1, c3, c0
        beqz    r1, mistake
        csame   r1, c4, c0
        beqz    r1, mistake
        csame   r1, c5, c0
        beqz    r1, mistake
        csame   r1, c6, c0
        beqz    r1, mistake
        csame   r1, c7, c0
        beqz    r1, mistake
        csame   r1, c8, c0
        beqz    r1, mistake
        csame   r1, c9, c0
        beqz    r1, mistake
        csame   r1, c10, c0
        beqz    r1, mistake
        csame   r1, c11, c0
        beqz    r1, mistake
        csame   r1, c12, c0
        beqz    r1, mistake
        csame   r1, c13, c0
        beqz    r1, mistake
        csame   r1, c14, c0
        beqz    r1, mistake
        csame   r1, c15, c0
        beqz    r1, mistake
        getctl  r1, timer
        getctl  r2, entry
        or      r1, r1, r2
        getctl  r2, lines
        or      r1, r1, r2
        getctl  r2, pending
        or      r1, r1, r2
        bnez    r1, mistake
        getctl  r8, read0
        getctl  r1, write3
        and     r8, r8, r1
        getctl  r9, masked
        li      r1, abi.segment_reset << 32
        li      r2, permission.read << 56 | 4096 << 28
        mint    c1, r1, r2
        ld      r5, [c1 + reset.memory_size]
        ld      r6, [c1 + reset.slots]
        ld      r12, [c1 + reset.memory_left]
        ld      r7, [c1 + reset.device_kinds]
        ld      r1, [c1 + reset.argument_count]
        ld      r2, [c1 + reset.depth_left]
        or      r1, r1, r2
        bnez    r1, mistake
        cpc     c2, $
        cget    r1, c2, base            ; the whole segment
        cget    r2, c2, limit
        bnez    r1, mistake
        ldw     r10, [c2]               ; that the text can be read
        sne     r10, r10, 0
        cget    r11, c2, permissions
        trap    0
mistake:
        trap    1
