; Conditions on constants, repetitions, assertions.
.equ    version, 2
.equ    big, version * 1000
        .if version == 1
main:   nonsense(
        .if 1
        .else
        .endif
        .elseif big > 1500 && defined(version) && !defined(other)
main:   li   r1, 2
        .elseif undefined_name
        li   r1, 9
        .else
        li   r1, 3
        .endif
        .if size.context == 544
        .repeat 3, i
        li   r2, \i * 2
wait:   beqz r2, wait
        .repeat 2, j
        li   r3, \i * 10 + \j
        .endr
        .endr
        .endif
        .repeat 2
        nop
        .endr
        .repeat 0
        nothing of this is read
        .endr
        ret
end:
        .assert end > main
        .assert end - main == 8 * 16, "the length of main"
        .assert length(numbers) == 8
        .data
numbers: .repeat 4, n
        .half \n * \n
        .endr

;>   0x0: add r1, r0, 2
;>   0x8: add r2, r0, 0
;>   0x10: beq r2, 0, $
;>   0x18: add r3, r0, 0
;>   0x20: add r3, r0, 1
;>   0x28: add r2, r0, 2
;>   0x30: beq r2, 0, $
;>   0x38: add r3, r0, 10
;>   0x40: add r3, r0, 11
;>   0x48: add r2, r0, 4
;>   0x50: beq r2, 0, $
;>   0x58: add r3, r0, 20
;>   0x60: add r3, r0, 21
;>   0x68: add r0, r0, 0
;>   0x70: add r0, r0, 0
;>   0x78: ret c7
;>   0x0: 00 00 01 00 04 00 09 00
