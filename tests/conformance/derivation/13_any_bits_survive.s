; Any 128 bits are the same after being packed, read as words, stored and loaded; and their fields
; are those of the drawn layout.
; conformance 13
; given steps 200000
; r9 = 1000

        .include "../include/start.s"
        .data
        .align  16
slot:   .space  16

        .text
        .proc   random, value: r1, state: r20
        li      r2, 6364136223846793005
        mul     state, state, r2
        li      r2, 1442695040888963407
        add     state, state, r2
        rotl    value, state, 32
        ret
        .endproc

; The field of r3 with its first bit at `first`, so many bits long.
        .proc   main
        la      c1, slot
        li      r20, 777
        li      r9, 0
again:  call    random
        mov     r3, r1                  ; r3: the low word
        call    random
        mov     r4, r1                  ; r4: the high word
        cpack   c2, r3, r4
        stc     c2, [c1]
        ld      r5, [c1]
        bne     r5, r3, mistake
        ld      r5, [c1 + 8]
        bne     r5, r4, mistake
        ldc     c3, [c1]
        csame   r5, c2, c3
        beqz    r5, mistake
        cget    r5, c3, low
        bne     r5, r3, mistake
        cget    r5, c3, high
        bne     r5, r4, mistake
        cget    r5, c3, tag
        bnez    r5, mistake
        cget    r5, c3, address
        bne     r5, r3, mistake

        zxw     r6, r3
        cget    r5, c3, cursor
        bne     r5, r6, mistake
        shr     r6, r3, 32
        li      r7, 0xffff
        and     r6, r6, r7
        cget    r5, c3, segment
        bne     r5, r6, mistake
        shr     r6, r3, 48
        and     r6, r6, 7
        cget    r5, c3, ring
        bne     r5, r6, mistake
        shr     r6, r3, 51
        and     r6, r6, 63
        cget    r5, c3, generation
        bne     r5, r6, mistake
        shr     r6, r3, 57
        and     r6, r6, 31
        cget    r5, c3, kind
        bne     r5, r6, mistake
        li      r7, (1 << 28) - 1
        and     r6, r4, r7
        cget    r5, c3, base
        bne     r5, r6, mistake
        shr     r8, r4, 28
        and     r8, r8, r7
        cget    r5, c3, limit
        bne     r5, r8, mistake
        sub     r8, r8, r6
        bge     r8, 0, long
        li      r8, 0
long:   cget    r5, c3, length
        bne     r5, r8, mistake
        shr     r6, r4, 56
        cget    r5, c3, permissions
        bne     r5, r6, mistake
        add     r9, r9, 1
        li      r5, 1000
        bltu    r9, r5, again
        trap    done
mistake:
        trap    wrong
        .endproc
