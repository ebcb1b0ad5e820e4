; Of a mask of permissions only the low eight bits count; an untagged value or a sealed one has none
; to remove.
; conformance 9
; trap tag through c4 at data+0 ring 4
; trap seal through c5 at main+0 ring 4
; c2 = data[0x0..0x10] - ring 4 cursor 0
; c3 = data[0x0..0x10] r ring 4 cursor 0
; kept c6

        .include "../include/start.s"
        .segment data, rw
object: .space  16

        .text
main:   la      c1, object
        li      r1, -256
        cperm   c2, c1, r1
        cperm   c3, c1, r1 + permission.read
        cuntag  c4, c1
        cperm   c6, c4, 1
        la      c5, main
        cperm   c6, c5, 1
        trap    done
