; A device transfer into or out of a forbidden label does not happen, not even in part; a device has
; a label itself.
; conformance 28
; trap label through c3 at table+0 ring 4 write 32
; trap label through c3 at table+0 ring 4 read 32
; trap label through c5 at console+0 ring 4 output 0
; trap label through c6 at entropy+0 ring 4 input 0
; memory table = 32 of 41
; console "AAAAAAAAAAAAAAAA"
; r1 = 16

        .include "../include/start.s"
        .segment table, rw, rings(4, 4, 4)
table:  .space  32, 'A'

        .segment kernel
main:   la      c1, table
        cring   c3, c1, 4
        cadd    c2, c1, 16
        li      r1, 5
        li      r2, 16
        relabel c2, r1, r2
        li      r1, ~(1 << 5)
        setctl  read0, r1
        setctl  write0, r1
        la      c6, entropy
        cring   c6, c6, 4
        la      c5, console
        cring   c5, c5, 4
        li      r1, 32
        io      r1, c6, c3, read
        li      r1, 32
        io      r1, c5, c3, write
        li      r1, 16
        io      r1, c5, c3, write
        li      r2, 5
        stb     r2, [c14 + segment(console) * size.descriptor + descriptor.label]
        li      r3, 1
        io      r3, c5, c3, write
        stb     r2, [c14 + segment(entropy) * size.descriptor + descriptor.label]
        io      r3, c6, c3, read
        trap    done
