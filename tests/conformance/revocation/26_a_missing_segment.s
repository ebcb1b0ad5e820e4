; A use of a segment that is not there traps; once it is, the same instruction succeeds, and counts
; once. What is wrong with the capability is told without a word of the segment.
; conformance 26 31
; trap permission through c9 at table+0 ring 0 read 8
; trap segment through c8 at table+8 ring 4 read 8
; r5 = 0x77
; r6 = 15

        .include "../include/start.s"
        .segment table, rw, rings(4, 4, 4)
table:  .dword  0, 0x77
        .equ    flags, segment(table) * size.descriptor + descriptor.flags

        .segment kernel
main:   ldb     r1, [c14 + flags]
        xor     r1, r1, descriptor.present
        stb     r1, [c14 + flags]
        la      c8, table
        cperm   c9, c8, permission.write
        ld      r1, [c9]
        li      r1, mend
        setctl  entry, r1
        li      r1, outer + ring4
        call    descend

        .text
outer:  clock   r6
        ld      r5, [c8 + 8]
        clock   r7
        sub     r6, r7, r6              ; the clock, the trap, 12 steps to mend it, the load
        trap    done

        .segment kernel
mend:   li      r1, abi.segment_descriptors << 32               ; 2 steps
        li      r2, reads | writes | everything                 ; 2
        mint    c1, r1, r2
        ldb     r1, [c1 + flags]
        or      r1, r1, descriptor.present
        stb     r1, [c1 + flags]
        li      r1, handler                                     ; 2
        setctl  entry, r1
        resume
