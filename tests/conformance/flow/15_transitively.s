; Nothing that is reached through a capability without load-mutable can be written, however many
; links further on.
; conformance 15
; trap permission through c4 at third+0 ring 4 write 1
; c2 = data[0x10..0x20] rl ring 4 cursor 0x10
; c3 = data[0x20..0x30] rl ring 4 cursor 0x20
; c4 = data[0x30..0x40] r ring 4 cursor 0x30
; memory third = 16 of 33

        .include "../include/start.s"
        .data
root:   .cap    first
first:  .cap    second
second: .cap    third, 16, rw
third:  .space  16, 0x33

        .text
main:   la      c1, root
        cperm   c1, c1, ~permission.load_mutable
        ldc     c2, [c1]
        ldc     c3, [c2]
        ldc     c4, [c3]
        stb     r0, [c4]
        trap    done
