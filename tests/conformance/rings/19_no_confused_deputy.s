; Ring 0 that uses a pointer of ring 4 to a segment of ring 0 traps, at ring 4; by its own pointer
; it has access.
; conformance 19
; trap ring through c1 at secret+0 ring 4 read 8
; trap ring through c1 at secret+0 ring 4 write 8
; trap ring through c1 at secret+0 ring 4 read 16
; r5 = 42
; memory secret = 2a 00 00 00 00 00 00 00

        .include "../include/start.s"
        .segment secret, rw, hold, rings(0, 0, 0)
secret: .dword  42, 0

        .segment service, rx, rings(0, 0, 4)
        .gate   please, serve
serve:  ld      r1, [c1]                ; what the caller asked for
        st      r1, [c1]
        ldc     c1, [c1]
        ret     c7

        .segment kernel
main:   la      c2, secret
        ld      r16, [c2]
        li      r1, secret + ring4
        li      r2, all_rights | 16 << limit_shift
        mint    c8, r1, r2              ; what ring 4 could not even have made up
        li      r1, outer + ring4
        call    descend

        .text
outer:  cmov    c1, c8
        la      c2, please
        callc   c2
        mov     r5, r16
        trap    done
