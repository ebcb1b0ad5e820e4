main:   nop
        mov  r1, r2
        neg  r1, r2
        not  r1, r2
        ble  r1, r2, main
        ble  r1, 5, main
        ble  r1, 0, main
        bgt  r1, r2, main
        bgt  r1, -5, main
        bleu r1, r2, main
        bleu r1, 5, main
        bgtu r1, r2, main
        bgtu r1, 126, main
        beqz r1, main
        bnez r1, main
        call main
        call c5, main
        callc c1
        callc c6, c1
        ret
        ret  c5

;> segment text 0x110: r-x- length 0xa8 rings (4, 4, 4) label 0 gen 0 linkage 0x108
;>   0x0: add r0, r0, 0
;>   0x8: add r1, r2, 0
;>   0x10: sub r1, r0, r2
;>   0x18: xor r1, r2, -1
;>   0x20: bge r2, r1, $ - 32
;>   0x28: blt r1, 6, $ - 40
;>   0x30: bge r0, r1, $ - 48
;>   0x38: blt r2, r1, $ - 56
;>   0x40: bge r1, -4, $ - 64
;>   0x48: bgeu r2, r1, $ - 72
;>   0x50: bltu r1, 6, $ - 80
;>   0x58: bltu r2, r1, $ - 88
;>   0x60: bgeu r1, 127, $ - 96
;>   0x68: beq r1, 0, $ - 104
;>   0x70: bne r1, 0, $ - 112
;>   0x78: call c7, $ - 120
;>   0x80: call c5, $ - 128
;>   0x88: callc c7, c1
;>   0x90: callc c6, c1
;>   0x98: ret c7
;>   0xa0: ret c5
