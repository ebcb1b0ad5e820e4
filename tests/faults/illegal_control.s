; bare
; Writes the clock, which only time writes.
        .segment kernel, rx, rings(0,0,0), system
        .entry  start
start:  setctl  clock, r0
