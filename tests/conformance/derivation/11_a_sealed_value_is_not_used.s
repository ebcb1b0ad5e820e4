; Every use of a sealed value as a pointer, a buffer, a device or code traps.
; conformance 11
; trap seal through c1 at data+0 ring 0 read 8
; trap seal through c1 at data+8 ring 0 write 8
; trap seal through c1 at data+0 ring 0 read 16
; trap seal through c1 at data+0 ring 0 store_capability 16
; trap seal through c1 at data+0 ring 0 read 8
; trap seal through c1 at data+0 ring 0 write 16
; trap seal through c1 at data+0 ring 0 read 16
; trap seal through c1 at data+0 ring 0 read 16
; trap seal through c3 at console+0 ring 0 output 0
; trap seal through c1 at data+0 ring 0 read 16
; trap seal through c4 at first+0 ring 0 jump 8
; trap seal through c4 at first+0 ring 0 call 8
; trap seal through c4 at first+0 ring 0 return 8
; memory object = 16 of ee
; r5 = checks seal

        .include "../include/start.s"
        .segment data, rw, hold, rings(0, 0, 0)
object: .space  16, 0xee

        .segment kernel
first:  nop
main:   li      r1, 4
        li      r2, (permission.seal | permission.unseal) << 56 | 32 << limit_shift | 4
        mint    c10, r1, r2
        la      c1, object
        cmov    c2, c1
        cseal   c1, c1, c10
        ld      r1, [c1]
        st      r1, [c1 + 8]
        ldc     c8, [c1]
        stc     c2, [c1]
        swap    r1, r2, [c1]
        li      r3, 16
        cmov    c8, c1
        fill    c1, r0, r3
        cmov    c6, c2
        copy    c6, c1, r3
        cmpb    c1, c2, r3
        la      c3, console
        cmov    c5, c3
        cseal   c3, c3, c10
        li      r1, 16
        io      r1, c3, c2, write
        io      r1, c5, c1, write
        cpc     c4, first
        cseal   c4, c4, c10
        jmpc    c4
        callc   c4
        ret     c4
        li      r1, 1
        probe   r5, c1, r1, read
        trap    done
