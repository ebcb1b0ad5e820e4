; bare
; The timer goes off and nobody is there to handle it.
        .segment kernel, rx, rings(0,0,0), system
        .entry  start
start:  li      r1, 100
        setctl  timer, r1
        li      r1, 1 << 16
        setctl  lines, r1
        setctl  masked, r0
again:  add     r2, r2, 1
        j       again
