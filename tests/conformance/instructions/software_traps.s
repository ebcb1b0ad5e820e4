; A program traps of its own accord, with a number that has a sign, in its own ring.
; conformance instructions
; trap software at 100 ring 4
; trap software at -1 ring 4
; trap software at 0x7fffffff ring 4
; trap software at -0x80000000 ring 4
; r5 = 4

        .include "../include/start.s"
        .text
main:   trap    100
        trap    -1
        trap    0x7fffffff
        trap    -0x80000000
        la      c1, caught_count
        ld      r5, [c1]
        trap    done
