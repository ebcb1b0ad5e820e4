; A frame takes 608 bytes and no more: a stack pointer at 608 is enough, and the handler begins with
; it at 0 and with all other registers clear.
; conformance 29
; trap divide ring 0
; ends power 3
; r3 = 3
; r4 = 0
; c15 = stack[0x0..0x260] rw ring 0 cursor 0
; c3 = power[0x0..0x0] rw ring 0 cursor 0

        .segment stack, rw, rings(0, 0, 0)
stack:  .space  608
        .segment kernel, rx, rings(0, 0, 0), system
        .entry  main
main:   li      r1, 608 | segment(stack) << 32
        li      r2, 608 << 28 | (permission.read | permission.write) << 56
        mint    sp, r1, r2
        li      r1, handle
        setctl  entry, r1
        li      r4, 4
        li      r5, 5
        div     r1, r1, 0
handle: add     r3, r5, 3
        or      r3, r3, r1
        or      r3, r3, r2
        li      r1, segment(power) << 32
        li      r2, (permission.read | permission.write) << 56
        mint    c3, r1, r2
        mov     r1, r3
        io      r1, c3, c0, control
