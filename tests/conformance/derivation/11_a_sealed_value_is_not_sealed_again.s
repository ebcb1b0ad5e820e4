; What is sealed, an entry or a return is not sealed once more, and an authority that is sealed is
; none.
; conformance 11
; trap seal through c2 at data+0 ring 0
; trap seal through c4 at first+0 ring 0
; trap seal through c5 at first+0 ring 0
; trap seal through c6 at 5 ring 0
; trap seal through c6 at 5 ring 0
; kept c8

        .include "../include/start.s"
        .segment data, rw, rings(0, 0, 0)
object: .space  16

        .segment kernel
first:  nop
main:   la      c1, object
        li      r1, 5
        li      r2, (permission.seal | permission.unseal) << 56 | 8 << limit_shift | 4
        mint    c3, r1, r2
        cseal   c2, c1, c3
        cseal   c8, c2, c3
        la      c4, first
        cseal   c8, c4, c3
        cpc     c5, first
        creturn c5, c5
        cseal   c8, c5, c3
        cseal   c6, c3, c3              ; the authority itself, sealed
        cseal   c8, c1, c6
        cunseal c8, c2, c6
        trap    done
