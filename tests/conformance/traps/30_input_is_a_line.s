; The line of the console is up while it has bytes, falls with the read that takes the last, and
; rises only in an `io` on it or a wait.
; conformance 30
; given input "ab" open
; ends input 0
; r5 = 1
; r6 = 1
; r7 = 0
; r8 = 0
; r9 = 1

        .include "../include/start.s"
        .data
buffer: .space  16

        .segment kernel
main:   getctl  r5, up
        la      c1, buffer
        la      c2, console
        li      r1, 1
        io      r1, c2, c1, read
        getctl  r6, up
        li      r1, 1
        io      r1, c2, c1, read
        getctl  r7, up
        li      r8, 16
        io      r8, c2, c1, poll        ; nothing there
        li      r9, 1
        setctl  lines, r9
        wfi
