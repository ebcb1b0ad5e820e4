; A capability in a context that was saved before the generation was raised is dead when it is
; resumed.
; conformance 25 29
; trap software at 200 ring 4
; trap generation through c8 at table+0 ring 4 read 8
; c8 = table[0x0..0x10] rw ring 4 cursor 0

        .include "../include/start.s"
        .segment table, rw, rings(4, 4, 4)
table:  .space  16

        .segment kernel
main:   li      r1, once
        setctl  entry, r1
        la      c8, table
        li      r1, outer + ring4
        call    descend

; The handler of the first trap: revokes, and goes on behind the instruction.

once:   li      r1, abi.segment_descriptors << 32
        li      r2, reads | writes | everything
        mint    c1, r1, r2
        li      r1, 9
        stb     r1, [c1 + segment(table) * size.descriptor + descriptor.generation]
        ld      r1, [sp + context.pc]
        add     r1, r1, 8
        st      r1, [sp + context.pc]
        li      r1, handler
        setctl  entry, r1
        resume

        .text
outer:  ld      r1, [c8]
        trap    200
        ld      r1, [c8]
        trap    done
