; A low process that leaves a write capability for a high one gives it nothing: writing down traps
; all the same.
; conformance 28
; trap label through c2 at low+0 ring 4 write 8
; c2 = low_memory[0x0..0x10] rw ring 4 cursor 0
; memory low = 11 00 00 00 00 00 00 00

        .include "../include/start.s"
        .segment low_memory, rw, rings(4, 4, 4)
low:    .dword  0x11, 0
        .segment mailbox, rw, hold, rings(4, 4, 4)
mailbox:
        .space  16

        .segment kernel
main:   la      c1, low
        cring   c8, c1, 4
        li      r1, 1
        li      r2, 16
        relabel c1, r1, r2
        la      c9, mailbox
        cring   c9, c9, 4
        stc     c8, [c9]                ; the low process, that may write low and high
        li      r1, 1 << 0 | 1 << 1 | 1 << 2
        setctl  read0, r1
        li      r1, 1 << 0 | 1 << 2     ; the high one, that may write high alone
        setctl  write0, r1
        ldc     c2, [c9]
        ld      r1, [c2]
        st      r1, [c2]
        trap    done
