; A trap whose frame has no room on the stack of ring 0 ends the machine; the stack keeps what it
; held.
; conformance 29
; ends trap divide ring 0
; undelivered bounds through c15 at stack-8 ring 0 write 608
; r2 = 7
; c15 = stack[0x0..0x400] rw ring 0 cursor 0x258
; memory stack = 1024 of ee

        .segment stack, rw, rings(0, 0, 0)
stack:  .space  1024, 0xee
        .segment kernel, rx, rings(0, 0, 0), system
        .entry  main
main:   li      r1, 600 | segment(stack) << 32
        li      r2, 1024 << 28 | (permission.read | permission.write) << 56
        mint    sp, r1, r2
        li      r1, handle
        setctl  entry, r1
        li      r2, 7
        div     r1, r1, 0
handle: trap    0
