; Arithmetic, loads and stores over sixteen pages, and a list of capabilities that is walked.

        .include "rounds.s"

        .equ  WORDS, 8192
        .equ  NODES, 64

        .segment words, rw, length(WORDS * 8)
        .segment nodes, rw, hold, length(NODES * 32)

        .text
        .proc main
        la    c1, words
        la    c2, nodes
        li    r8, WORDS
        li    r9, NODES * 32
        li    r1, 0                     ; each node leads to the one behind it, the last to the first
chain:  add   r2, r1, 32
        remu  r2, r2, r9
        cadd  c3, c2, r2
        cadd  c4, c2, r1
        stc   c3, [c4]
        add   r1, r1, 32
        bltu  r1, r9, chain

        li    r16, ROUNDS
        li    r3, 0
round:  li    r1, 0
store:  mul   r2, r1, r16
        st    r2, [c1 + r1 << 3]
        add   r1, r1, 1
        bltu  r1, r8, store
        li    r1, 0
load:   ld    r2, [c1 + r1 << 3]
        xor   r3, r3, r2
        add   r1, r1, 1
        bltu  r1, r8, load
        li    r1, NODES
        cmov  c3, c2
walk:   ldc   c3, [c3]
        sub   r1, r1, 1
        bnez  r1, walk
        sub   r16, r16, 1
        bnez  r16, round
        li    r1, 0
        ret
        .endproc
