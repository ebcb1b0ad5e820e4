; Only the authority that unseals, and at the very type, gives a sealed value back as it was.
; conformance 11
; trap seal through c4 at 6 ring 0
; trap permission through c5 at 5 ring 0
; trap seal through c1 at data+0 ring 0
; trap tag through c6 at 5 ring 0
; trap tag through c9 at data+0 ring 0
; r5 = 1
; kept c8

        .include "../include/start.s"
        .segment data, rw, rings(0, 0, 0)
object: .space  16

        .segment kernel
main:   la      c1, object
        li      r1, 5
        li      r2, (permission.seal | permission.unseal) << 56 | 8 << limit_shift | 4
        mint    c3, r1, r2
        cseal   c2, c1, c3
        cunseal c10, c2, c3
        csame   r5, c10, c1
        cadd    c4, c3, 1
        cunseal c8, c2, c4              ; type 6 for a value of type 5
        cperm   c5, c3, permission.seal
        cunseal c8, c2, c5              ; may only seal
        cunseal c8, c1, c3              ; not sealed
        cuntag  c6, c3
        cunseal c8, c2, c6
        cuntag  c9, c2
        cunseal c8, c9, c3
        trap    done
