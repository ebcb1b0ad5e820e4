; Every way to write a sum.
main:   ld   r1, [c1]
        ld   r1, [c1 + 8]
        ld   r1, [c1 - 8]
        ld   r1, [c1 + r2]
        ld   r1, [c1 + r2 << 3]
        ld   r1, [c1 + r2 << 3 + 8]
        ld   r1, [c1 + (r2 << 3) - 8 * 2]
        ld   r1, [8 + c1 + r2]
        add  r1, r2, r3
        add  r1, r2, r3 << 4 + 1
        add  r1, r2, 5 + 3
        beq  r1, r2, $ + 8
        beq  r1, 'a', $ + 8
        beq  r1, r2 + 1, $ + 8
        beq  r1, r2 - 1, main
        cget r1, c2, base
        cget r1, c2, 6
        io   r1, c2, c3, write
        cas  r1, r2, [c3 + 8]
        ldw  zero, [sp + abi.stack_alignment]
        ldc  link, [tp]

;> segment text 0x110: r-x- length 0xa8 rings (4, 4, 4) label 0 gen 0 linkage 0x108
;>   0x0: ld r1, [c1]
;>   0x8: ld r1, [c1 + 8]
;>   0x10: ld r1, [c1 - 8]
;>   0x18: ld r1, [c1 + r2]
;>   0x20: ld r1, [c1 + r2 << 3]
;>   0x28: ld r1, [c1 + r2 << 3 + 8]
;>   0x30: ld r1, [c1 + r2 << 3 - 16]
;>   0x38: ld r1, [c1 + r2 + 8]
;>   0x40: add r1, r2, r3
;>   0x48: add r1, r2, r3 << 4 + 1
;>   0x50: add r1, r2, 8
;>   0x58: beq r1, r2, $ + 8
;>   0x60: beq r1, 97, $ + 8
;>   0x68: beq r1, r2 + 1, $ + 8
;>   0x70: beq r1, r2 - 1, $ - 112
;>   0x78: cget r1, c2, base
;>   0x80: cget r1, c2, base
;>   0x88: io r1, c2, c3, write
;>   0x90: cas r1, r2, [c3 + 8]
;>   0x98: ldw r0, [c15 + 16]
;>   0xa0: ldc c7, [c14]
