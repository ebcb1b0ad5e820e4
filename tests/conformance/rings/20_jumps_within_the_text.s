; A jump out of the bounds is made, and the fetch there traps; one out of the 32 bits traps itself,
; and so does one that is not aligned.
; conformance 20
; trap bounds through pc at text+0x10008 ring 4 execute 8
; trap alignment through c1 at main+4 ring 4 jump 8
; trap cursor through pc at wild-0x10000 ring 4 none 8
; trap cursor through pc at branch-0x10000 ring 4 none 8
; trap bounds through pc at text+0x12345600 ring 4 execute 8
; r5 = 6

        .include "../include/start.s"
        .text
main:   cpc     c13, first
        .dword  0x46 | 0x10000 << 32    ; j $ + 0x10000
first:  li      r5, 1
        cmov    c13, c0
        cpc     c1, main
        cadd    c1, c1, 4
        jmpc    c1
        add     r5, r5, 1
wild:   .dword  0x46 | -0x10000 << 32   ; j $ - 0x10000
        add     r5, r5, 1
branch: .dword  0x40 | -0x10000 << 32   ; beq r0, r0, $ - 0x10000
        add     r5, r5, 1
        .dword  0x41 | -0x10000 << 32   ; bne r0, r0: is not taken, so it does not matter
        add     r5, r5, 1
        cpc     c1, main
        li      r1, 0x12345600
        cseek   c1, c1, r1              ; to jump there is denied at once
        cpc     c13, last
        j       onward
onward: .dword  0x46 | (0x12345600 - offset(onward)) << 32
last:   add     r5, r5, 1
        trap    done
