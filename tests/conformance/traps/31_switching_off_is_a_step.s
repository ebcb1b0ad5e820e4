; Switching the machine off is its last step, and the status is what it said.
; conformance 31
; ends power 5
; r4 = 0
; clock = 7

        .segment kernel, rx, rings(0, 0, 0), system
        .entry  main
main:   li      r1, segment(power) << 32                        ; two
        li      r2, (permission.read | permission.write) << 56  ; two
        mint    c1, r1, r2
        li      r4, 5
        io      r4, c1, c0, control
        trap    0
