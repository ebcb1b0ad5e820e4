; A block copy between places that are not aligned alike copies the bytes of a capability and not
; its tag.
; conformance 4
; r3 = 0
; r5 = 0
; r6 = 1

        .include "../include/start.s"
        .data
        .align  16
from:   .space  16
to:     .space  48
back:   .space  16

        .text
main:   la      c1, from
        stc     c1, [c1]
        la      c2, to
        cadd    c3, c2, 8               ; eight bytes on: no granule to a granule
        cmov    c4, c1
        li      r3, 16
        copy    c3, c4, r3
        la      c5, back
        cmov    c6, c5
        cadd    c3, c2, 8
        li      r3, 16
        copy    c6, c3, r3              ; and back to an aligned place
        ldc     c6, [c5]
        cget    r5, c6, tag
        cuntag  c1, c1
        csame   r6, c6, c1
        trap    done
