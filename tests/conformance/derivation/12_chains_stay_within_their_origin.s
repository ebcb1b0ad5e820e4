; However long a chain of derivations, its end is within its beginning: bounds, permissions and
; ring.
; conformance 12
; given steps 400000
; traps 1044
; r9 = 4000
; r10 = 0

        .include "../include/start.s"
        .segment data, rw, hold, length(65536)
object: .space  65536

; c1 is the beginning, c2 the end of the chain; a pseudo-random number picks
; what is derived next. Steps that trap leave c2 as it is. A chain that has
; become narrow begins anew.

        .text
        .proc   random, value: r1, state: r20
        li      r2, 6364136223846793005
        mul     state, state, r2
        li      r2, 1442695040888963407
        add     state, state, r2
        shr     value, state, 33
        ret
        .endproc

main:   la      c1, object
        cring   c1, c1, 5
        cmov    c2, c1
        li      r20, 12345
        li      r9, 0                   ; r9: links of chains
        li      r10, 0                  ; r10: those that were too much
again:  cmov    c3, c2                  ; c3: the end before this link
        call    random
        remu    r3, r1, 8
        call    random
        beq     r3, 0, move
        beq     r3, 1, set
        beq     r3, 2, narrow
        beq     r3, 3, take
        beq     r3, 4, weaken
        beq     r3, 5, rebuild
        beq     r3, 6, through_memory
        cmov    c2, c1                  ; begin anew
        j       look
move:   remu    r1, r1, 4096
        cadd    c2, c2, r1 - 2048
        j       look
set:    remu    r4, r1, 70000
        cseek   c2, c2, r4
        j       look
narrow: remu    r1, r1, 65536
        cbound  c2, c2, r1
        j       look
take:   or      r1, r1, 3
        cperm   c2, c2, r1
        j       look
weaken: remu    r1, r1, 10
        cring   c2, c2, r1
        j       look
rebuild:                                ; the same, with the limit or the base moved
        cget    r4, c2, low
        cget    r5, c2, high
        remu    r6, r1, 65536
        xor     r5, r5, r6
        cpack   c4, r4, r5
        cbuild  c2, c2, c4
        j       look
through_memory:
        stc     c2, [c15 - 16]
        ldc     c2, [c15 - 16]
look:   add     r9, r9, 1
        cget    r4, c2, tag
        beqz    r4, more
        cget    r4, c2, base
        cget    r5, c3, base
        cget    r6, c1, base
        bltu    r4, r6, more
        cget    r4, c2, limit
        cget    r6, c1, limit
        bltu    r6, r4, more
        cget    r4, c2, permissions
        cget    r6, c1, permissions
        xor     r6, r6, -1
        and     r4, r4, r6
        bnez    r4, more
        cget    r4, c2, ring
        cget    r6, c1, ring
        bltu    r4, r6, more
        j       next
more:   add     r10, r10, 1
next:   li      r4, 4000
        bltu    r9, r4, again
        trap    done
