; A trap entry past the end is no entry.
; conformance 29
; ends trap divide ring 0
; undelivered bounds through pc at kernel+0x1000 ring 0 execute 8
; r2 = 7

        .segment data_segment, rw, rings(0, 0, 0)
        .dword  0
        .segment kernel, rx, rings(0, 0, 0), system
        .entry  main
main:   li      r1, segment(kernel) << 32 | 0x1000
        setctl  entry, r1
        li      r2, 7
        div     r1, r1, 0
