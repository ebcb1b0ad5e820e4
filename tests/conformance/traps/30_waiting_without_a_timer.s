; `wfi` with no timer and nothing enabled that could come ends the machine, and no tick is counted.
; conformance 30 31
; ends wait
; r1 = 1
; clock = 2

        .segment kernel, rx, rings(0, 0, 0), system
        .entry  main
main:   li      r1, 1
        setctl  timer, r0
        wfi
