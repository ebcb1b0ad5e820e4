; Parameters, defaults, what is left, labels of its own, names put together.
        .macro move to, from = r9
        add  \to, \from, 0
        .endm
        .macro wait register        ; its label is another one in each use
again:  sub  \register, \register, 1
        bnez \register, again
        .endm
        .macro clear first, rest...
        li   \first, 0
        .if \# > 1
        clear \rest
        .endif
        .endm
        .macro table name, size
\name\()_table:
        .space \size
.equ    \name\()_size, \size
        .endm
        .macro load, to, place      ; a comma behind the name, as in other directives
        ldw  \to, \place
        .endm
main:   move r1
        move r2, r3
        wait r4
here:   wait r5
        clear r6, r7, r8
        load r1, [c1 + 4]
        li   r1, low_size
        beqz r1, again
again:  ret
        .data
        table low, 8 * 2
        table high, 4

;>   0x0: add r1, r9, 0
;>   0x8: add r2, r3, 0
;>   0x10: sub r4, r4, 1
;>   0x18: bne r4, 0, $ - 8
;>   0x20: sub r5, r5, 1
;>   0x28: bne r5, 0, $ - 8
;>   0x30: add r6, r0, 0
;>   0x38: add r7, r0, 0
;>   0x40: add r8, r0, 0
;>   0x48: ldw r1, [c1 + 4]
;>   0x50: add r1, r0, 16
;>   0x58: beq r1, 0, $ + 8
