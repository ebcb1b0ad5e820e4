; A machine that waits for a console whose input is still open can be woken from outside; no tick is
; counted meanwhile.
; conformance 30 31
; given input open
; ends input 0
; r1 = 1
; clock = 2

        .segment kernel, rx, rings(0, 0, 0), system
        .entry  main
main:   li      r1, 1 << 0
        setctl  lines, r1
        wfi
