main:   call helper
        ret
        .include "shared/helper.s"
        .equ answer, from_include
        .data
        .word answer

;> segment text 0x110: r-x- length 0x20 rings (4, 4, 4) label 0 gen 0 linkage 0x108
;>   0x0: call c7, $ + 16
;>   0x8: ret c7
;>   0x10: add r1, r0, 42
;>   0x18: ret c7
;> segment data 0x111: rw-h length 0x4 rings (4, 4, 4) label 0 gen 0
;>   0x0: 2a 00 00 00
;> label helper text:0x10 size 0
