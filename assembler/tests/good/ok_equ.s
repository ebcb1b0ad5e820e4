; Constants may be used before they are defined.
        .equ two, one + one
        .equ one, 1
        .equ size, last - first
        .equ where, $ - main
        .equ alias, first + 4
main:   li   r1, two
        li   r2, size
        li   r3, where
        la   c1, alias
        .proc inner
        .equ one, 100
        li   r1, one
        li   r2, two
        ret
        .endproc
        .data
first:  .space two * 4
last:

;> segment text 0x110: r-x- length 0x40 rings (4, 4, 4) label 0 gen 0 linkage 0x108
;>   0x0: add r1, r0, 2
;>   0x8: add r2, r0, 8
;>   0x10: seth r2, r2, 0
;>   0x18: add r3, r0, 0
;>   0x20: ldk c1, 0
;>   0x28: add r1, r0, 100
;>   0x30: add r2, r0, 2
;>   0x38: ret c7
;> segment data 0x111: rw-h length 0x8 rings (4, 4, 4) label 0 gen 0
;> capability linkage4:0x0: data[0x0..0x8] rw-lsm ring 4 gen 0 cursor 0x4
;> procedure inner text:0x28 size 24
;> object first data:0x0 size 8
;> label last data:0x8 size 0
