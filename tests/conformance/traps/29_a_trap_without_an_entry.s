; Without a trap entry the first trap ends the machine, and everything is as it was when it
; happened; it is no step.
; conformance 29
; ends trap bounds through c1 at table+8 ring 0 read 8
; r3 = 5
; c1 = table[0x0..0x8] r ring 0 cursor 0
; clock = 6
; ring = 0

        .segment table, rw, rings(0, 0, 0)
table:  .dword  1

        .segment kernel, rx, rings(0, 0, 0), system
        .entry  main
main:   li      r1, segment(table) << 32                ; two instructions
        li      r2, 8 << 28 | permission.read << 56     ; two
        mint    c1, r1, r2
        li      r3, 5
        ld      r3, [c1 + 8]
