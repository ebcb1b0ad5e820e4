; A capability register is stored to a multiple of 16 alone, tagged or not; elsewhere nothing is
; written.
; conformance 6
; trap alignment through c1 at slots+8 ring 4 store_capability 16
; trap alignment through c1 at slots+4 ring 4 write 16
; trap alignment through c1 at slots+8 ring 4 read 16
; trap alignment through c1 at slots+15 ring 4 read 16
; memory slots = 32 of ee
; kept c2

        .include "../include/start.s"
        .data
        .align  16
slots:  .space  32, 0xee

        .text
main:   la      c1, slots
        stc     c1, [c1 + 8]
        stc     c2, [c1 + 4]
        swapc   c2, c1, [c1 + 8]
        casc    c2, c1, [c1 + 15]
        trap    done
