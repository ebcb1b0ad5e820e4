; A capability that was narrowed cannot be widened again, by no instruction.
; conformance 8
; trap bounds through c2 at data+4 ring 4 none 12
; trap bounds through c2 at data+4 ring 4
; c2 = data[0x4..0xc] rw ring 4 cursor 4
; c3 = data[0x4..0x4] rw ring 4 cursor 4
; c4 = data[0xc..0xc] rw ring 4 cursor 12

        .include "../include/start.s"
        .segment data, rw
object: .space  16

        .text
main:   la      c1, object
        cadd    c2, c1, 4
        cbound  c2, c2, 8
        cbound  c3, c2, 12              ; traps
        cuntag  c5, c1
        cbuild  c3, c2, c5              ; traps: asks for all of the object
        cbound  c3, c2, 0               ; nothing at all is no more
        cadd    c4, c2, 8
        cbound  c4, c4, 0               ; nor is nothing behind the end
        trap    done
