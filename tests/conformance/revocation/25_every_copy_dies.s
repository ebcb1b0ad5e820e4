; A raised generation revokes every copy of a capability: in registers, on the stack, in memory,
; sealed, narrowed.
; conformance 25
; trap generation through c1 at table+0 ring 0 read 8
; trap generation through c2 at table+0 ring 0 read 8
; trap generation through c3 at table+0 ring 0 write 8
; trap generation through c4 at table+0 ring 0 read 16
; trap generation through c5 at table+0 ring 0 store_capability 16
; trap generation through c6 at table+4 ring 0 read 1
; trap generation through c8 at table+0 ring 4 read 8
; memory table = 32 of 55

        .include "../include/start.s"
        .segment table, rw, hold, rings(4, 4, 4)
table:  .space  32, 0x55
        .segment heap, rw, hold, rings(0, 0, 0)
heap:   .space  16

        .segment kernel
main:   la      c1, table
        cadd    sp, sp, -16
        stc     c1, [sp]
        la      c9, heap
        stc     c1, [c9]
        li      r1, 4
        li      r2, (permission.seal | permission.unseal) << 56 | 5 << limit_shift
        mint    c10, r1, r2
        cseal   c4, c1, c10
        cadd    c6, c1, 4
        cbound  c6, c6, 1
        cring   c8, c1, 4

        ldb     r1, [c14 + segment(table) * size.descriptor + descriptor.generation]
        add     r1, r1, 1
        stb     r1, [c14 + segment(table) * size.descriptor + descriptor.generation]

        ld      r1, [c1]
        ldc     c2, [sp]
        ld      r1, [c2]
        ldc     c3, [c9]
        st      r1, [c3]
        cunseal c4, c4, c10
        ldc     c11, [c4]
        la      c5, table
        stc     sp, [c5]
        ldb     r1, [c6]
        ld      r1, [c8]
        trap    done
