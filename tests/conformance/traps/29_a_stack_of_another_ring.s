; The frame is stored by the rule of access: through an untagged stack pointer, one of an outer
; ring, one without the right to write, it is not.
; conformance 29
; ends trap divide ring 0
; undelivered permission+ring through c15 at stack+0 ring 4 write 608
; r3 = 1

        .segment stack, rw, rings(0, 0, 0)
stack:  .space  608
        .segment kernel, rx, rings(0, 0, 0), system
        .entry  main
main:   li      r1, 608 | segment(stack) << 32 | 4 << 48
        li      r2, 608 << 28 | permission.read << 56
        mint    sp, r1, r2
        li      r1, handle
        setctl  entry, r1
        li      r3, 1
        div     r1, r1, 0
handle: trap    0
