; One instruction where the number is small and known, else two.
main:   li   r1, 5
        li   r2, -0x80000000
        li   r3, 0x80000000
        li   r4, 0x123456789abcdef0
        li   r5, -1
        li   r6, later - main
        li   r7, main
later:  ret

;> segment text 0x110: r-x- length 0x60 rings (4, 4, 4) label 0 gen 0 linkage 0x108
;>   0x0: add r1, r0, 5
;>   0x8: add r2, r0, -2147483648
;>   0x10: add r3, r0, -2147483648
;>   0x18: seth r3, r3, 0
;>   0x20: add r4, r0, -1698898192
;>   0x28: seth r4, r4, 305419896
;>   0x30: add r5, r0, -1
;>   0x38: add r6, r0, 88
;>   0x40: seth r6, r6, 0
;>   0x48: add r7, r0, 0
;>   0x50: seth r7, r7, 272
;>   0x58: ret c7
;> label later text:0x58 size 0
