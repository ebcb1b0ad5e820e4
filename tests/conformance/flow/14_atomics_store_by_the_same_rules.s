; An exchange of capabilities needs what a load and a store need, whether or not it comes to a
; store.
; conformance 14
; trap permission through c4 at slot+0 ring 4 store_capability 16
; trap permission through c4 at slot+0 ring 4 store_capability 16
; trap permission through c5 at slot+0 ring 4 read 16
; trap permission through c6 at slot+0 ring 4 write 16
; granule slot = data[0x0..0x10] rwlsm ring 4 cursor 0
; c2 = data[0x0..0x10] rwlsm ring 4 cursor 0
; c3 = untagged data[0x0..0x10] rwlsm ring 4 cursor 0

        .include "../include/start.s"
        .data
slot:   .space  16

        .text
main:   la      c1, slot
        stc     c1, [c1]
        cperm   c4, c1, permission.read | permission.write
        swapc   c2, c1, [c4]
        casc    c2, c1, [c4]            ; would not store, and traps all the same
        cperm   c5, c1, permission.write | permission.store_capability
        swapc   c2, c1, [c5]
        cperm   c6, c1, permission.read | permission.load_capability
        swapc   c2, c0, [c6]
        casc    c2, c0, [c1]            ; not equal: c2 gets what is there
        cuntag  c3, c1
        casc    c3, c3, [c4]            ; without load-capability what is there is untagged, so it is equal
        stc     c1, [c1]
        trap    done
