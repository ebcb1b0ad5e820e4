; Text of a label that may not be read is not executed, in any ring but 0.
; conformance 28
; trap label through pc at secret+0 ring 4 execute 8
; r5 = 3

        .include "../include/start.s"
        .segment code, rx, rings(0, 4, 4)
        .align  16
secret: add     r5, r5, 1
        ret     c7
        .space  4096 - 16

        .segment window, rw, rings(0, 0, 0), length(4096)

        .segment kernel
main:   ld      r1, [c14 + segment(code) * size.descriptor]
        st      r1, [c14 + segment(window) * size.descriptor]
        li      r1, window
        li      r2, reads | writes | 4096 << limit_shift
        mint    c1, r1, r2
        li      r1, 6
        li      r2, 16
        relabel c1, r1, r2
        li      r1, ~(1 << 6)
        setctl  read0, r1
        la      c1, secret
        li      r5, 1
        callc   c1                      ; ring 0 does
        mov     r16, r5
        li      r1, secret + ring4 + entry_kind
        li      r2, executes | 16 << limit_shift
        mint    c8, r1, r2
        li      r1, outer + ring4
        call    descend

        .text
outer:  cpc     c13, behind
        callc   c8
        trap    wrong
behind: add     r5, r16, 1
        trap    done
