; An instruction that is changed by a store, a copy or a device is the changed one from the next
; step on.
; conformance 27
; trap illegal through pc at code+8 ring 0 execute 8
; r5 = 2
; r6 = 7
; r7 = 9

        .include "../include/start.s"
        .segment code, rx, rings(0, 0, 0), length(64)
code:   st      r1, [c1 + 8]            ; over the next instruction
        li      r5, 1
        ret     c7
two:    li      r5, 2
seven:  li      r6, 7
nine:   li      r7, 9
        .segment alias, rw, rings(0, 0, 0), length(64)

        .segment kernel
main:   ld      r1, [c14 + segment(code) * size.descriptor]
        st      r1, [c14 + segment(alias) * size.descriptor]
        li      r1, alias
        li      r2, reads | writes | 64 << limit_shift
        mint    c1, r1, r2              ; the text, to be written
        la      c2, code

        li      r5, 0
        ld      r1, [c1 + offset(two)]
        callc   c2                      ; stores it and runs into it

        ld      r1, [c1 + offset(seven)]
        callc   c2

        cadd    c3, c1, 8               ; by a copy
        cadd    c4, c1, offset(nine)
        li      r2, 8
        copy    c3, c4, r2
        ld      r1, [c1 + 8]
        callc   c2

        cpc     c13, behind
        la      c4, entropy
        cadd    c3, c1, 8
        li      r2, 8
        io      r2, c4, c3, read        ; by a device: bytes of 5a
        ld      r1, [c1 + 8]
        callc   c2
behind: trap    done
