; Labels are of granules: an access that touches a granule of a forbidden label is denied whole, and
; its neighbours are open.
; conformance 28
; trap label through c2 at table+0x20 ring 4 read 1
; trap label through c2 at table+0x1c ring 4 read 8
; trap label through c2 at table+0x2c ring 4 write 8
; trap label through c2 at table+0x20 ring 4 read 16
; r5 = 0x1818181818181818
; r6 = 0x3030303030303030
; memory table+40 = 8 of 28

        .include "../include/start.s"
        .segment table, rw, hold, rings(4, 4, 4)
table:  .space  24
        .space  8, 0x18
        .space  8
        .space  8, 0x28
        .space  8, 0x30
        .space  8

        .segment kernel
main:   la      c1, table
        cring   c2, c1, 4
        cadd    c1, c1, 32
        li      r1, 5
        li      r2, 16
        relabel c1, r1, r2
        li      r1, ~(1 << 5)
        setctl  read0, r1
        setctl  write0, r1
        ld      r5, [c2 + 24]
        ldb     r1, [c2 + 32]
        ld      r1, [c2 + 28]           ; half of it is open
        st      r1, [c2 + 44]
        ldc     c3, [c2 + 32]
        ld      r6, [c2 + 48]
        trap    done
