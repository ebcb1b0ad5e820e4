; Untagged bits have no bounds to narrow, and what is sealed is not narrowed.
; conformance 8 11
; trap tag through c2 at data+0 ring 4 none 8
; trap seal through c3 at first+0 ring 4 none 8
; trap seal+bounds through c3 at first+0 ring 4 none 0x10000
; kept c4

        .include "../include/start.s"
        .segment data, rw
object: .space  16

        .text
first:  nop
main:   la      c1, object
        cuntag  c2, c1
        cbound  c4, c2, 8
        la      c3, first               ; an entry capability
        cbound  c4, c3, 8
        li      r1, 0x10000
        cbound  c4, c3, r1
        trap    done
