; Capabilities are exchanged and compared with their tags: equal bits without the tag are not equal.
; conformance instructions
; c2 = data[0x0..0x10] rwlsm ring 4 cursor 0
; c3 = data[0x0..0x10] rwlsm ring 4 cursor 4
; c4 = data[0x0..0x10] rwlsm ring 4 cursor 4
; c5 = data[0x0..0x10] rwlsm ring 4 cursor 8
; granule cell = data[0x0..0x10] rwlsm ring 4 cursor 8

        .include "../include/start.s"
        .data
cell:   .space  16

        .text
main:   la      c1, cell
        stc     c1, [c1]
        cadd    c6, c1, 4
        swapc   c2, c6, [c1]            ; what was there, and now c6
        cuntag  c3, c6
        cadd    c8, c1, 8
        casc    c3, c8, [c1]            ; not equal for the want of a tag
        cmov    c4, c6
        casc    c4, c8, [c1]            ; equal: now c8
        casc    c5, c6, [c1]            ; not equal
        trap    done
