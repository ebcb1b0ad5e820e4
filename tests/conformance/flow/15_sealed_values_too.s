; A sealed value loses its rights to write as well, so unsealing brings nothing back; entries have
; none to lose.
; conformance 15
; c2 = own[0x20..0x30] r ring 0 cursor 0x20 sealed 4
; c3 = own[0x20..0x30] r ring 0 cursor 0x20
; c4 = kernel[0x0..0x8] rx ring 0 cursor 0 entry

        .include "../include/start.s"
        .segment own, rw, hold, rings(0, 0, 0)
root:   .space  32
object: .space  16

        .segment kernel
main:   la      c1, root
        la      c5, object
        cperm   c5, c5, permission.read | permission.write
        li      r1, 4
        li      r2, (permission.seal | permission.unseal) << 56 | 5 << limit_shift | 4
        mint    c10, r1, r2
        cseal   c5, c5, c10
        stc     c5, [c1]
        cpc     c6, $
        cseek   c6, c6, 0
        cbound  c6, c6, 8
        centry  c6, c6
        stc     c6, [c1 + 16]
        cperm   c1, c1, ~permission.load_mutable
        ldc     c2, [c1]
        cunseal c3, c2, c10
        ldc     c4, [c1 + 16]
        trap    done
