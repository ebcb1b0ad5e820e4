; A sealed value keeps its ring wherever it goes, and unsealing in ring 4 gives one of ring 4, or of a
; weaker ring that it had.
; conformance 12 19
; r5 = 0
; r6 = 4
; r8 = 6
; c1 = data[0x0..0x10] r ring 4 cursor 0

        .include "../include/start.s"
        .segment data, rw, rings(4, 4, 4)
object: .space  16

        .segment service, rx, rings(0, 0, 7)
        .gate   giver, give
give:   li      r1, object
        li      r2, reads | 16 << limit_shift
        mint    c1, r1, r2
        li      r1, 9
        li      r2, (permission.seal | permission.unseal) << 56 | 32 << limit_shift | 4
        mint    c8, r1, r2
        cseal   c1, c1, c8              ; a value of ring 0, sealed
        ret     c7                      ; c8 goes with it, as ring 4's

        .text
main:   la      c2, giver
        callc   c2
        cget    r5, c1, ring
        cunseal c1, c1, c8
        cget    r6, c1, ring
        cring   c2, c1, 6
        cseal   c2, c2, c8
        cunseal c2, c2, c8
        cget    r8, c2, ring
        trap    done
