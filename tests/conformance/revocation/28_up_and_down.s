; A process reads and writes what its labels let it: equal both ways, lower only read, higher only
; written.
; conformance 28
; trap label through c2 at low+0 ring 4 write 8
; trap label through c4 at high+0 ring 4 read 8
; r5 = 0x11
; r6 = 0x22
; memory low = 11 00 00 00 00 00 00 00
; memory equal = 99 00 00 00 00 00 00 00
; memory high = 99 00 00 00 00 00 00 00

        .include "../include/start.s"
        .segment levels, rw, rings(4, 4, 4)
low:    .dword  0x11, 0
equal:  .dword  0x22, 0
high:   .dword  0x33, 0

        .segment kernel
main:   la      c1, low
        li      r1, 1
        li      r2, 16
        relabel c1, r1, r2
        la      c1, equal
        li      r1, 2
        li      r2, 16
        relabel c1, r1, r2
        la      c1, high
        li      r1, 3
        li      r2, 16
        relabel c1, r1, r2

; The process is of label 2: it reads 1 and 2, and writes 2 and 3. Label 0 is
; that of everything else.

        li      r1, 1 << 0 | 1 << 1 | 1 << 2
        setctl  read0, r1
        li      r1, 1 << 0 | 1 << 2 | 1 << 3
        setctl  write0, r1
        li      r1, outer + ring4
        call    descend

        .text
outer:  la      c2, low
        la      c3, equal
        la      c4, high
        ld      r5, [c2]
        ld      r6, [c3]
        li      r1, 0x99
        st      r1, [c2]
        st      r1, [c3]
        st      r1, [c4]
        ld      r1, [c4]
        trap    done
