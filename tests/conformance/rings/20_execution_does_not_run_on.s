; Every instruction is fetched by the rule of access: it traps past the end, and where its own
; segment has just lost the ring, the mode, the generation or its presence.
; conformance 20 24
; trap bounds through pc at code+16 ring 0 execute 8
; trap ring through pc at code+16 ring 0 execute 8
; trap mode through pc at code+16 ring 0 execute 8
; trap generation through pc at code+16 ring 0 execute 8
; trap segment through pc at code+16 ring 0 execute 8
; r5 = 5

        .include "../include/start.s"
        .segment code, rx, rings(0, 0, 0)
code:   add     r5, r5, 1
        st      r2, [c2]                ; changes its own descriptor
        trap    wrong                   ; is not reached
        .equ    flags, segment(code) * size.descriptor + descriptor.flags

        .segment kernel
        .proc   main
        cadd    c2, c14, flags
        ld      r3, [c2]
        li      r1, code
        li      r2, executes | 16 << limit_shift
        mint    c1, r1, r2              ; without the last instruction
        li      r2, executes | 24 << limit_shift
        mint    c3, r1, r2              ; with it
        li      r5, 0

        mov     r2, r3
        cpc     c13, first
        jmpc    c1
first:  or      r2, r3, 1 << r1_shift | 1 << r2_shift | 1 << r3_shift
        cpc     c13, second
        jmpc    c3
second: st      r3, [c2]
        and     r2, r3, ~descriptor.execute
        cpc     c13, third
        jmpc    c3
third:  st      r3, [c2]
        li      r4, 1 << 32
        or      r2, r3, r4
        cpc     c13, fourth
        jmpc    c3
fourth: st      r3, [c2]
        and     r2, r3, ~descriptor.present
        cpc     c13, fifth
        jmpc    c3
fifth:  trap    done
        .endproc
