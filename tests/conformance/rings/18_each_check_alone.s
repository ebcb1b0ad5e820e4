; Each check of capability and descriptor can fail alone, and the record names it, the register, the
; place, the ring and what was tried.
; conformance 18
; trap tag through c1 at table+0 ring 0 read 8
; trap seal through c2 at table+0 ring 0 read 8
; trap permission through c3 at table+8 ring 0 read 4
; trap bounds through c4 at table+1 ring 0 read 16
; trap bounds through c5 at table+16 ring 0 read 1
; trap alignment through c6 at table+8 ring 0 store_capability 16
; trap segment through c8 at #0xffff+0 ring 0 read 1
; trap descriptor through c9 at askew+0 ring 0 read 8
; trap generation through c10 at table+0 ring 0 write 2
; trap ring through c11 at table+0 ring 3 write 1
; trap mode through c1 at constant+0 ring 0 write 8
; trap hold through c2 at plain+0 ring 0 store_capability 16
; trap device through c3 at device+0 ring 0 read 1
; trap device through c4 at table+0 ring 0 output 0
; memory table = 16 of ee
; memory plain = 16 of dd

        .include "../include/start.s"
        .segment table, rw, hold, rings(0, 0, 0), length(32)
table:  .space  16, 0xee
        .segment askew, r, rings(0, 0, 0)
askew:  .space  16
        .segment constant, r, rings(0, 0, 0)
constant:
        .space  16
        .segment plain, rw, rings(0, 0, 0)
plain:  .space  16, 0xdd
        .segment device, rw, rings(0, 0, 0), device(7), length(16)
        .equ    sixteen, 16 << limit_shift
        .equ    base_of_askew, segment(askew) * size.descriptor + descriptor.base
        .equ    length_of_table, segment(table) * size.descriptor + descriptor.length

        .segment kernel
        .proc   main
        la      c12, table
        cuntag  c1, c12
        ld      r1, [c1]

        li      r1, 4
        li      r2, permission.seal << 56 | 5 << limit_shift
        mint    c2, r1, r2
        cseal   c2, c12, c2
        ld      r1, [c2]

        cperm   c3, c12, permission.write
        ldw     r1, [c3 + 8]

        cmov    c4, c12                 ; one byte beyond the capability
        li      r1, 16
        cadd    c4, c4, 1
        la      c3, plain
        copy    c3, c4, r1

        li      r2, 16                  ; beyond the segment alone
        stw     r2, [c14 + length_of_table]
        li      r1, table
        li      r2, all_rights | 2 * sixteen
        mint    c5, r1, r2
        ldb     r1, [c5 + 16]

        li      r1, 32
        stw     r1, [c14 + length_of_table]
        cmov    c6, c5
        stc     c6, [c6 + 8]

        li      r1, 0xffff << 32
        mint    c8, r1, r2
        ldb     r1, [c8]

        ld      r1, [c14 + base_of_askew]
        add     r1, r1, 16
        st      r1, [c14 + base_of_askew]
        la      c9, askew
        ld      r1, [c9]

        li      r1, segment(table) << 32 | 5 << 51
        mint    c10, r1, r2
        sth     r1, [c10]

        cring   c11, c12, 3
        stb     r1, [c11]

        li      r1, constant
        li      r2, all_rights | sixteen
        mint    c1, r1, r2
        st      r1, [c1]

        li      r1, plain
        mint    c2, r1, r2
        stc     c2, [c2]

        li      r1, segment(device) << 32
        mint    c3, r1, r2
        ldb     r1, [c3]

        la      c4, table
        li      r1, 4
        io      r1, c4, c12, write
        trap    done
        .endproc
