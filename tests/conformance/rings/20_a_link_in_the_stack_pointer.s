; A caller that asks for its link in c15 loses its own stack pointer and never touches the inner
; ring's.
; conformance 20 22
; c1 = stack1[0x0..0x1000] rwlsm ring 4 cursor 0x1000
; c15 = text[0x0..0x28] rx ring 4 cursor 0x20 return

        .include "../include/start.s"
        .segment inner, rx, rings(1, 1, 4)
        .gate   ask, answer
answer: cmov    c1, sp
        ret     c8

        .text
main:   cpc     c8, behind
        creturn c8, c8                  ; a way back
        la      c2, ask
        callc   c15, c2
behind: trap    done
