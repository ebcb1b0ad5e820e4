; Entry and return capabilities that lay outside are of the outer ring, so an inner ring neither
; calls nor returns through them inward.
; conformance 19 21
; trap ring through c2 at here+0 ring 4 call 8
; trap ring through c3 at here+0 ring 4 return 8
; c2 = own_code[0x0..0x8] rx ring 4 cursor 0 entry
; c4 = shared[0x0..0x30] rwlsm ring 0 cursor 0 sealed 7

        .include "../include/start.s"
        .segment shared, rw, hold, rings(4, 4, 4)
shared: .space  48

        .segment own_code, rx, rings(0, 0, 0)
here:   ret

        .segment kernel
main:   la      c1, shared
        la      c2, here
        stc     c2, [c1]
        li      r1, here + return_kind
        li      r2, reads | executes | 8 << limit_shift
        mint    c3, r1, r2
        stc     c3, [c1 + 16]
        li      r1, 7
        li      r2, permission.seal << 56 | 8 << limit_shift
        mint    c4, r1, r2
        cseal   c4, c1, c4
        stc     c4, [c1 + 32]
        ldc     c2, [c1]
        ldc     c3, [c1 + 16]
        ldc     c4, [c1 + 32]           ; sealed values alone keep their ring
        callc   c2
        ret     c3
        trap    done
