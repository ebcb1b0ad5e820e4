; A copy that covers a granule only in part copies that part as data; the granules that it covers
; whole keep their tags.
; conformance 4
; r5 = 0
; r6 = 1
; r7 = 0

        .include "../include/start.s"
        .data
        .align  16
from:   .space  48
to:     .space  48

        .text
main:   la      c1, from
        stc     c1, [c1]
        stc     c1, [c1 + 16]
        stc     c1, [c1 + 32]
        la      c2, to
        stc     c1, [c2]
        stc     c1, [c2 + 16]
        stc     c1, [c2 + 32]
        cadd    c3, c1, 1
        cadd    c4, c2, 1
        li      r3, 46                  ; without the first byte and the last
        copy    c4, c3, r3
        ldc     c3, [c2]
        cget    r5, c3, tag
        ldc     c3, [c2 + 16]
        cget    r6, c3, tag
        ldc     c3, [c2 + 32]
        cget    r7, c3, tag
        trap    done
