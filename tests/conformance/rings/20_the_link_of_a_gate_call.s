; The link of a call inward is a return capability to the next instruction, of the caller's ring and
; bounds, in whatever register it is asked for.
; conformance 20
; c8 = text[0x0..0x48] rx ring 4 cursor 0x18 return
; r5 = 1
; r6 = 1

        .include "../include/start.s"
        .segment inner, rx, rings(1, 1, 4)
        .gate   ask, answer
        .gate   ask_too, answer_too
answer: cmov    c8, c7
        ret     c7
answer_too:
        ret     c3

        .text
main:   la      c2, ask
        li      r5, 0
        callc   c2                      ; at 0x10
        li      r5, 1
        la      c2, ask_too
        callc   c3, c2
        li      r5, 1
        li      r6, 1
        trap    done
