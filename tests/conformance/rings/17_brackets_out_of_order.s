; A segment whose brackets are out of order cannot be used: not read, written, executed, called,
; returned to, given to a device.
; conformance 17
; trap descriptor through c1 at table+0 ring 0 read 8
; trap descriptor through c1 at table+0 ring 0 write 8
; trap descriptor through c1 at table+0 ring 0 read 16
; trap descriptor through c1 at table+0 ring 0 store_capability 16
; trap descriptor through c1 at table+0 ring 0 write 16
; trap descriptor through c1 at table+0 ring 0 read 16
; trap descriptor through c1 at table+0 ring 0 write 16
; trap descriptor through c2 at code+0 ring 0 jump 8
; trap descriptor through c3 at code+0 ring 0 call 8
; trap descriptor through c4 at code+0 ring 0 return 8
; trap descriptor through c5 at console+0 ring 0 output 0
; memory table = 16 of ee

        .include "../include/start.s"
        .segment table, rw, hold, rings(0, 0, 0)
table:  .space  16, 0xee
        .segment code, rx, rings(0, 0, 0)
code:   ret

        .segment kernel
main:   la      c1, table
        la      c3, code
        li      r1, code
        li      r2, reads | executes | 8 << limit_shift
        mint    c2, r1, r2
        creturn c4, c2
        la      c5, console
        li      r1, segment(table)
        call    spoil
        li      r1, segment(code)
        call    spoil
        li      r1, segment(console)
        call    spoil
        ld      r1, [c1]
        st      r1, [c1]
        ldc     c6, [c1]
        stc     c1, [c1]
        li      r1, 16
        fill    c1, r0, r1
        cmov    c6, sp
        copy    c6, c1, r1
        la      c6, entropy
        io      r1, c6, c1, read
        jmpc    c2
        callc   c3
        ret     c4
        io      r1, c5, sp, write
        trap    done

; Gives the segment r1 the brackets (0, 4, 3), each of which ring 0 would pass.

        .proc   spoil
        shl     r1, r1, 5
        ld      r2, [c14 + r1 + descriptor.flags]
        and     r2, r2, ~(0x1ff << r1_shift)
        li      r3, 0 << r1_shift | 4 << r2_shift | 3 << r3_shift
        or      r2, r2, r3
        st      r2, [c14 + r1 + descriptor.flags]
        ret
        .endproc
