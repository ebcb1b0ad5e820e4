; A block of a hundred megabytes takes a step for each page, is interrupted between any two of them,
; and loses nothing by it.
; conformance 30
; given steps 600000
; traps 25
; r3 = 0
; r6 = 25600
; r7 = 25600
; c1 = huge[0x0..0x6400000] rw ring 0 cursor 0x6400000

        .include "../include/start.s"

; All 25600 pages of the segment are one page.

        .segment huge, rw, rings(0, 0, 0), length(4096)
        .segment map, rw, rings(0, 0, 0), length(25600 * 8)

        .segment kernel
        .proc   main
        cadd    c3, c14, segment(huge) * size.descriptor
        ld      r1, [c3]
        or      r1, r1, page.present | page.used | page.writable | page.modified
        la      c2, map
        li      r2, 0
again:  st      r1, [c2 + r2]
        add     r2, r2, 8
        li      r3, 25600 * 8
        bltu    r2, r3, again
        ld      r1, [c14 + segment(map) * size.descriptor]
        st      r1, [c3]
        li      r1, 25600 * 4096
        stw     r1, [c3 + descriptor.length]
        ldb     r2, [c3 + descriptor.flags]
        or      r2, r2, descriptor.paged
        stb     r2, [c3 + descriptor.flags]

        li      r4, segment(huge) << 32
        shl     r2, r1, limit_shift
        li      r5, reads | writes
        or      r2, r2, r5
        mint    c1, r4, r2
        cmov    c4, c1
        mov     r3, r1
        clock   r6
        fill    c1, r0, r3
        clock   r7
        sub     r6, r7, r6
        sub     r6, r6, 1

; And again, with the timer about every thousand steps: each time the program
; comes back to arm it.

        cmov    c1, c4
        mov     r3, r1
        li      r8, 1 << abi.line_timer
        setctl  lines, r8
        cpc     c13, arm
        setctl  masked, r0
arm:    beqz    r3, all
        clock   r8
        add     r8, r8, 997
        setctl  timer, r8
        fill    c1, r0, r3
all:    li      r8, 1
        setctl  masked, r8
        setctl  timer, r0
        cget    r7, c1, cursor
        shr     r7, r7, 12
        trap    done
        .endproc
