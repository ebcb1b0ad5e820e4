; A segment that may be read is not written after it was read, nor executed after it was written,
; nor written after it was executed.
; conformance 24
; trap mode through c1 at constant+0 ring 0 write 8
; trap permission+mode through c2 at data+0 ring 0 jump 8
; trap mode through c3 at data+0 ring 0 jump 8
; trap mode through c4 at code+0 ring 0 write 8
; r5 = 0x33
; r6 = 1

        .include "../include/start.s"
        .segment constant, r, rings(0, 0, 0)
constant:
        .dword  0x33
        .segment data, rw, rings(0, 0, 0)
table:  .dword  0
        .segment code, rx, rings(0, 0, 0)
code:   li      r6, 1
        ret

        .segment kernel
main:   li      r2, reads | writes | 8 << limit_shift
        li      r1, constant
        mint    c1, r1, r2
        ld      r5, [c1]
        st      r5, [c1]
        la      c2, table
        st      r5, [c2]
        ld      r5, [c2]
        jmpc    c2
        li      r1, table
        li      r3, reads | executes | 8 << limit_shift
        mint    c3, r1, r3
        jmpc    c3
        la      c5, code
        callc   c5
        li      r1, code
        mint    c4, r1, r2
        st      r5, [c4]
        callc   c5
        trap    done
