; A trap entry that ring 0 cannot execute is found out at the trap, which then ends the machine.
; conformance 29
; ends trap divide ring 0
; undelivered ring through pc at outer+0 ring 0 execute 8
; r1 = address outer

        .text
outer:  nop
        .segment kernel, rx, rings(0, 0, 0), system
        .entry  main
main:   li      r1, outer
        setctl  entry, r1
        div     r1, r1, 0
