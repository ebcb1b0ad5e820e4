; What is written to r0 and c0 is dropped; everything else of the instruction happens, its traps
; included.
; conformance instructions
; trap bounds through c1 at data+16 ring 4 read 8
; trap divide ring 4
; r5 = 0
; r6 = 0
; r7 = 0x55
; c2 = null
; memory object = 66 00 00 00 00 00 00 00

        .include "../include/start.s"
        .data
object: .dword  0x55, 0

        .text
main:   la      c1, object
        add     r0, r1, 5
        mov     r5, r0
        cmov    c0, c1
        cmov    c2, c0
        ld      r0, [c1]
        ld      r0, [c1 + 16]
        div     r0, r1, 0
        ld      r7, [c1]
        li      r1, 0x66
        swap    r0, r1, [c1]
        add     r6, r0, 0
        ldc     c0, [c1]
        cget    r1, c0, low
        or      r6, r6, r1
        trap    done
