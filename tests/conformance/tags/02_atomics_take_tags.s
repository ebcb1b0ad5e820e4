; An exchange or addition takes the tag; a comparison that fails stores nothing, so it leaves the
; tag.
; conformance 2
; r10 = 6
; r11 = 2

        .include "../include/start.s"
        .data
        .align  16
slot:   .space  16

        .text
main:   la      c1, slot
        li      r10, 0                  ; r10: tags that went
        li      r11, 0                  ; r11: tags that stayed
        stc     c1, [c1]
        swap    r1, r2, [c1 + 8]
        call    look
        swapw   r1, r2, [c1 + 4]
        call    look
        xadd    r1, r0, [c1]
        call    look
        xaddw   r1, r0, [c1 + 12]
        call    look
        ld      r1, [c1]
        cas     r1, r1, [c1]            ; equal: stores the same again
        call    look
        ldw     r1, [c1 + 8]
        casw    r1, r1, [c1 + 8]
        call    look
        li      r1, 12345
        cas     r1, r2, [c1]
        call    look
        li      r1, 12345
        casw    r1, r2, [c1]
        call    look
        trap    done

look:   ldc     c2, [c1]
        cget    r3, c2, tag
        add     r11, r11, r3
        xor     r3, r3, 1
        add     r10, r10, r3
        stc     c1, [c1]
        ret
