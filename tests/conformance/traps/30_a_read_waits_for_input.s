; A read of a console that has nothing, and whose input is still open, is not complete: nothing is read
; and no step is counted.
; conformance 30 31
; given input open
; ends input 0
; r3 = 1
; clock = 11
; memory buffer = 8 of ee

        .segment buffer, rw, rings(0, 0, 0)
buffer: .space  8, 0xee
        .segment kernel, rx, rings(0, 0, 0), system
        .entry  main
main:   li      r1, abi.segment_devices << 32
        li      r2, permission.read << 56 | 1 << 28
        mint    c1, r1, r2
        li      r1, buffer
        li      r2, permission.write << 56 | 8 << 28
        mint    c2, r1, r2
        li      r3, 1
        io      r3, c1, c2, read
