; A permission that was removed cannot be had again: not by asking for it, nor by building from the
; old bits.
; conformance 9
; trap permission through c2 at data+0 ring 4
; trap permission through c2 at data+0 ring 4 write 1
; c2 = data[0x0..0x10] r ring 4 cursor 0
; c3 = data[0x0..0x10] r ring 4 cursor 0
; memory object = 16 of ee
; kept c4

        .include "../include/start.s"
        .segment data, rw, hold
object: .space  16, 0xee

        .text
main:   la      c1, object
        cperm   c2, c1, permission.read
        cperm   c3, c2, permission.read | permission.write
        cuntag  c5, c1
        cbuild  c4, c2, c5
        stb     r0, [c2]
        trap    done
