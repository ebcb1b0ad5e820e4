; A capability's ring is raised and never lowered: by `cring`, by building, by unsealing.
; conformance 12
; trap ring through c2 at data+0 ring 5
; trap ring through c2 at data+0 ring 5
; trap ring through c2 at data+0 ring 5
; trap ring through c2 at data+0 ring 5
; c2 = data[0x0..0x10] rw ring 5 cursor 0
; c3 = data[0x0..0x10] rw ring 7 cursor 0
; c4 = data[0x0..0x10] rw ring 6 cursor 0
; kept c8

        .include "../include/start.s"
        .segment data, rw
object: .space  16

        .text
main:   la      c1, object              ; ring 4
        cring   c2, c1, 5
        cring   c8, c2, 4
        cring   c8, c2, 8
        cring   c8, c2, -1
        cuntag  c5, c1
        cbuild  c8, c2, c5              ; the bits say ring 4
        cring   c3, c2, 7
        cring   c5, c2, 6
        cuntag  c5, c5
        cbuild  c4, c1, c5              ; more is possible
        trap    done
