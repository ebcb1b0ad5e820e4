main:   li   r1, length(stack4)
        ret
        .stack 10000

;> segment stack4 0x104: rw-h length 0x2710 rings (4, 4, 4) label 0 gen 0
;> segment text 0x110: r-x- length 0x18 rings (4, 4, 4) label 0 gen 0 linkage 0x108
;>   0x0: add r1, r0, 10000
;>   0x8: seth r1, r1, 0
;>   0x10: ret c7
