; A timer whose line is not enabled makes the clock tick up to its deadline; then it interrupts
; nothing, nothing can wake the machine, and it ends.
; conformance 30
; ends wait
; r1 = 100
; clock = 100

        .segment kernel, rx, rings(0, 0, 0), system
        .entry  main
main:   li      r1, 100
        setctl  timer, r1
        setctl  masked, r0
        wfi
