; Entries, returns and jumps into a segment whose generation was raised are dead.
; conformance 25
; trap generation through c1 at code+0 ring 0 call 8
; trap generation through c2 at code+0 ring 0 return 8
; trap generation through c3 at code+0 ring 0 jump 8
; r5 = 3

        .include "../include/start.s"
        .segment code, rx, rings(0, 0, 0)
code:   add     r5, r5, 1
        ret     c7

        .segment kernel
main:   li      r5, 0
        la      c1, code
        li      r1, code
        li      r2, reads | executes | 16 << limit_shift
        mint    c3, r1, r2
        creturn c2, c3
        callc   c1
        cpc     c7, a
        creturn c7, c7
        ret     c2
a:      cpc     c7, b
        creturn c7, c7
        jmpc    c3
b:      ldb     r1, [c14 + segment(code) * size.descriptor + descriptor.generation]
        add     r1, r1, 63
        stb     r1, [c14 + segment(code) * size.descriptor + descriptor.generation]
        callc   c1
        ret     c2
        jmpc    c3
        trap    done
