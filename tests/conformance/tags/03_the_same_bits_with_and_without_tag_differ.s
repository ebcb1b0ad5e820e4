; Whether two values are the same takes the tag into account.
; conformance 3
; r5 = 0
; r6 = 1
; r7 = 0

        .include "../include/start.s"
        .data
object: .space  16

        .text
main:   la      c1, object
        cuntag  c2, c1
        csame   r5, c1, c2
        cmov    c3, c1
        csame   r6, c1, c3
        cadd    c3, c1, 1
        csame   r7, c1, c3
        trap    done
