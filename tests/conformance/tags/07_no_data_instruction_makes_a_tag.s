; Whatever instruction writes the bytes of a capability over those of a capability, the granule is
; untagged.
; conformance 7
; r10 = 14
; r11 = 14

        .include "../include/start.s"
        .data
        .align  16
slot:   .space  16
bytes:  .space  16
zeros:  .space  16

        .text
main:   la      c1, slot
        la      c8, bytes
        cuntag  c9, c1                  ; c9: what has to be there, always
        stc     c1, [c8]
        ld      r1, [c8]
        ld      r2, [c8 + 8]
        st      r1, [c8]
        st      r2, [c8 + 8]            ; bytes: the same as data
        li      r10, 0                  ; r10: how often it was untagged
        li      r11, 0                  ; r11: how often the bits were right

        stc     c1, [c1]
        stb     r1, [c1]
        call    look
        sth     r1, [c1]
        call    look
        stw     r1, [c1]
        call    look
        st      r1, [c1]
        call    look
        swap    r3, r2, [c1 + 8]
        call    look
        swapw   r3, r1, [c1]
        call    look
        xadd    r3, r0, [c1]
        call    look
        xaddw   r3, r0, [c1 + 8]
        call    look
        mov     r3, r1
        cas     r3, r1, [c1]
        call    look
        mov     r3, r1
        casw    r3, r1, [c1]
        call    look
        ldc     c2, [c8]
        stc     c2, [c1]
        call    look
        cadd    c2, c9, 1
        cadd    c2, c2, -1
        stc     c2, [c1]
        call    look
        cmov    c2, c1
        cmov    c3, c8
        li      r3, 16
        copy    c2, c3, r3
        call    look
        cmov    c2, c1
        cadd    c3, c8, 3
        li      r3, 0
        copy    c2, c3, r3
        cpack   c2, r1, r2
        swapc   c3, c2, [c1]
        call    look
        trap    done

look:   ldc     c2, [c1]
        csame   r3, c2, c9
        add     r11, r11, r3
        cget    r3, c2, tag
        xor     r3, r3, 1
        add     r10, r10, r3
        stc     c1, [c1]                ; a tag again
        ret
