; Whatever meets the missing page traps by it: loads, stores, blocks, exchanges, devices, fetches,
; the context of `resume`.
; conformance 26
; trap page through c1 at table+16 ring 0 read 1
; trap page through c1 at table+16 ring 0 write 2
; trap page through c1 at table+16 ring 0 read 16
; trap page through c1 at table+16 ring 0 store_capability 16
; trap page through c1 at table+16 ring 0 read 8
; trap page through c1 at table+16 ring 0 read 16
; trap page through c1 at table+16 ring 0 write 16
; trap page through c1 at table+16 ring 0 read 16
; trap page through c1 at table+16 ring 0 write 16
; trap page through c1 at table+16 ring 0 write 16
; trap page through c1 at table+16 ring 0 read 16
; trap page through c1 at table+16 ring 0 write 16
; trap page through c1 at table+16 ring 0 read 16
; trap page through pc at table+16 ring 0 execute 8
; r5 = 0
; kept r16

        .include "../include/start.s"
        .include "../include/pages.s"
        .segment table, rw, hold, rings(0, 0, 0), length(4096)
table:  .space  32
        .segment map, rw, rings(0, 0, 0), length(4096)
        .segment other, rw, hold, rings(0, 0, 0)
other:  .space  32

        .segment kernel
main:   li      r1, segment(table)
        li      r2, segment(map)
        call    make_paged
        la      c3, map
        st      r0, [c3]
        ldb     r1, [c14 + segment(table) * size.descriptor + descriptor.flags]
        or      r1, r1, descriptor.execute
        stb     r1, [c14 + segment(table) * size.descriptor + descriptor.flags]
        la      c1, table
        cadd    c1, c1, 16
        la      c2, other
        ldb     r16, [c1]
        sth     r16, [c1]
        ldc     c3, [c1]
        stc     c2, [c1]
        swap    r16, r16, [c1]
        swapc   c3, c2, [c1]
        li      r1, 16
        copy    c1, c2, r1
        copy    c2, c1, r1
        fill    c1, r0, r1
        relabel c1, r0, r1
        cmpb    c1, c2, r1
        la      c4, entropy
        li      r1, 16
        io      r1, c4, c1, read
        la      c4, console
        io      r1, c4, c1, write
        probe   r5, c1, r1, write       ; that it is absent can be mended
        li      r1, table + 16
        li      r2, executes | 32 << limit_shift
        mint    c4, r1, r2
        cpc     c13, there
        jmpc    c4
there:  trap    done
