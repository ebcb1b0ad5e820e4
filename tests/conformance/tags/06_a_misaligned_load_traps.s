; A capability is loaded from a multiple of 16 alone; elsewhere the load traps and changes no
; register.
; conformance 6
; trap alignment through c1 at slots+1 ring 4 read 16
; trap alignment through c1 at slots+8 ring 4 read 16
; trap alignment+bounds through c1 at slots+0x1f ring 4 read 16
; trap alignment+bounds through c1 at slots-1 ring 4 read 16
; kept c2 c3 c4 c5

        .include "../include/start.s"
        .data
        .align  16
slots:  .space  32

        .text
main:   la      c1, slots
        ldc     c2, [c1 + 1]
        ldc     c3, [c1 + 8]
        ldc     c4, [c1 + 31]
        ldc     c5, [c1 - 1]
        trap    done
