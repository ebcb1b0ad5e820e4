; Bounds are exact to the byte: of every length from 0 to 64 the last byte can be read and the one
; behind it cannot.
; conformance 8
; traps 65
; r5 = 64

        .include "../include/start.s"
        .segment data, r
object: .space  128

        .text
main:   la      c1, object
        la      c6, caught
        cadd    c1, c1, 7               ; nothing is rounded to a granule
        li      r1, 0
        li      r5, 0                   ; r5: how many last bytes were read
again:  cbound  c2, c1, r1
        cadd    c3, c2, r1
        beqz    r1, behind
        ldb     r2, [c3 - 1]
        add     r5, r5, 1
behind: ldb     r2, [c3]                ; traps
        ld      r2, [c6 + trap.offset]
        add     r3, r1, 7
        bne     r2, r3, mistake
        ld      r2, [c6 + trap.cause]
        bne     r2, r0 + cause.bounds, mistake
        add     r1, r1, 1
        ble     r1, 64, again
        trap    done
mistake:
        trap    wrong
