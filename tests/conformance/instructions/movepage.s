; `movepage` copies a page with its bytes, tags, labels and owner; both cursors begin a page.
; conformance instructions
; trap alignment through c2 at pages+16 ring 0 read 4096
; trap alignment through c2 at pages+16 ring 0 write 4096
; trap bounds through c3 at pages+0x2000 ring 0 write 4096
; granule to+32 = pages[0x0..0x3000] rwlsm ring 0 cursor 0
; memory to = 11 00 00 00 00 00 00 00
; label to+16 = 7
; label to = 0
; owner from = 1
; owner to = 0
; owner third = 1
; memory third+64 = 8 of 22

        .include "../include/start.s"
        .segment pages, rw, hold, rings(0, 0, 0), length(12288)
from:   .dword  0x11
        .space  56
        .space  8, 0x22
        .space  4096 - 72
to:     .space  4096
third:  .space  4096

        .segment kernel
main:   li      r1, segment(pages) << 32
        li      r2, all_rights | 12288 << limit_shift
        mint    c1, r1, r2
        stc     c1, [c1 + 32]
        cadd    c2, c1, 16
        li      r1, 7
        li      r2, 16
        cmov    c4, c2
        relabel c4, r1, r2
        li      r1, 4096
        cadd    c3, c1, r1
        movepage c3, c2
        movepage c2, c1
        movepage c3, c1
        cmov    c4, c2
        li      r2, 16
        relabel c4, r0, r2
        cmov    c4, c1
        li      r2, 4096
        lend    c4, r2
        li      r1, 8192
        cadd    c3, c1, r1
        movepage c3, c1
        cbound  c4, c1, r1
        cadd    c3, c4, r1
        movepage c3, c1
        trap    done
