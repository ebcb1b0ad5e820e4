; A call of gate N - 1 of N runs in ring r2 on that ring's stack; of gate N, past the last, it
; traps, and so does one between gates.
; conformance 20
; trap gate through c8 at third+0 ring 4 call 8
; trap alignment+gate through c9 at second+4 ring 4 call 8
; trap bounds+gate through c10 at inner+0x28 ring 4 call 8
; r1 = 2
; r2 = 1
; c1 = stack1[0x0..0x1000] rwlsm ring 4 cursor 0x1000

        .include "../include/start.s"
        .segment inner, rx, rings(1, 1, 4)
        .gate   first, one
        .gate   second, two
third:  trap    wrong                   ; an instruction, and no gate
one:    trap    wrong
two:    li      r1, 2
        cpc     c1, $
        cget    r2, c1, ring
        cmov    c1, sp
        ret     c7
        .space  8
        .equ    inner_rights, reads | executes | 40 << limit_shift

        .segment kernel
main:   li      r2, inner_rights
        li      r1, third + entry_kind
        mint    c8, r1, r2
        li      r1, second + 4 + entry_kind
        mint    c9, r1, r2
        li      r1, first + 40 + entry_kind
        mint    c10, r1, r2
        li      r1, outer + ring4
        call    descend

        .text
outer:  callc   c8
        callc   c9
        callc   c10
        la      c2, second
        callc   c2
        trap    done
