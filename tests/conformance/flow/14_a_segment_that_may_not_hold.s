; A segment that may not hold capabilities takes none, whatever the capability to it allows; what is
; data it takes.
; conformance 14
; trap hold through c2 at plain+0 ring 0 store_capability 16
; trap hold through c2 at plain+0 ring 0 store_capability 16
; memory plain = 16 of ee
; granule plain+16 = untagged plain[0x0..0x20] rwlsm ring 0 cursor 0

        .include "../include/start.s"
        .segment plain, rw, rings(0, 0, 0)
plain:  .space  32, 0xee

        .segment kernel
main:   li      r1, plain
        li      r2, all_rights | 32 << limit_shift
        mint    c2, r1, r2
        stc     c2, [c2]
        swapc   c3, c2, [c2]
        cuntag  c3, c2
        stc     c3, [c2 + 16]
        trap    done
