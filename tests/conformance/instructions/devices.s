; A device answers what it is, does what it can, and says of all else that it cannot; a mistake of
; the program's is a result, not a trap.
; conformance instructions
; given disk 2
; given input "abcdef"
; console "hello"
; r5 = 1
; r6 = 2
; r7 = 3
; r8 = 4
; r9 = 0x205
; r10 = 5
; r11 = 4
; r12 = 2
; r13 = -1
; r14 = -1
; r15 = 0
; r16 = -2
; r17 = -2
; r18 = -3
; r19 = -3
; r20 = 4096
; r21 = 0x0202020202020202
; r22 = 8
; r23 = 0x123456789abcdef
; r24 = 0
; r25 = -2
; r26 = -2
; r27 = 1

        .include "../include/start.s"
        .rodata
text:   .ascii  "hello"
        .segment page, rw
page:   .space  4096

        .text
main:   la      c1, console
        la      c2, power
        la      c3, date
        la      c4, entropy
        la      c5, block
        la      c6, page
        io      r5, c1, c0, identify
        io      r6, c2, c0, identify
        io      r7, c3, c0, identify
        io      r8, c4, c0, identify
        io      r9, c5, c0, identify    ; two blocks
        la      c8, text
        li      r10, 5
        io      r10, c1, c8, write
        li      r11, 4
        io      r11, c1, c6, read
        li      r12, 100
        io      r12, c1, c6, poll       ; what is left
        li      r13, 1
        io      r13, c1, c6, read       ; the end
        li      r14, 1
        io      r14, c1, c6, poll
        li      r15, 0
        io      r15, c1, c0, write      ; nothing needs no buffer
        li      r16, 1
        io      r16, c2, c0, read
        li      r17, 1
        io      r17, c3, c0, write
        li      r18, 2
        io      r18, c5, c0, read       ; no such block, whatever the buffer
        li      r19, 2
        io      r19, c1, c0, control    ; no such mode
        li      r20, 1
        io      r20, c5, c6, read
        ld      r21, [c6 + 100]
        io      r22, c3, c6, read
        ld      r23, [c6]
        li      r24, 1
        io      r24, c1, c0, control    ; the mode before
        li      r25, 1
        io      r25, c4, c6, write
        io      r26, c5, c6, control
        li      r27, 0
        io      r27, c1, c0, control
        trap    done
