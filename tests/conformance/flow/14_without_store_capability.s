; Without store-capability a tagged value is not stored and memory is unchanged; an untagged one is
; data and is stored.
; conformance 14
; trap permission through c4 at slots+0 ring 4 store_capability 16
; trap permission+alignment through c4 at slots+8 ring 4 store_capability 16
; trap permission through c5 at slots+0 ring 4 store_capability 16
; memory slots = 16 of ee
; granule slots+16 = untagged data[0x0..0x20] rwlsm ring 4 cursor 0

        .include "../include/start.s"
        .data
        .align  16
slots:  .space  32, 0xee

        .text
main:   la      c1, slots
        cperm   c4, c1, ~permission.store_capability
        stc     c1, [c4]
        stc     c1, [c4 + 8]
        cperm   c5, c1, permission.read
        stc     c1, [c5]
        cuntag  c2, c1
        stc     c2, [c4 + 16]
        trap    done
