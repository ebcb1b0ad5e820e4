; Without a stack pointer in ring 0 no trap is delivered.
; conformance 29
; ends trap illegal through pc at kernel+0x20 ring 0 execute 8
; undelivered tag through c15 at -608 ring 0 write 608
; r3 = 1

        .segment kernel, rx, rings(0, 0, 0), system
        .entry  main
main:   li      r1, handle
        setctl  entry, r1
        li      r3, 1
        .dword  0
handle: trap    0
