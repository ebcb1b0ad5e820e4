; Names of scopes, and of a file that exports.
        .export main, table
        .proc main
.equ    size, 1
loop:   bnez r1, loop
        .scope
.equ    size, 2
loop:   bnez r1, loop
        .scope
        li   r1, size
        .endscope
        .endscope
        li   r1, size
        call private
        ret
        .endproc
private: j helper
        .scope
private: j private
        .endscope
        .include "shared/helper.s"
        .data
table:  .byte 1

;>   0x0: bne r1, 0, $
;>   0x8: bne r1, 0, $
;>   0x10: add r1, r0, 2
;>   0x18: add r1, r0, 1
;>   0x20: call c7, $ + 16
;>   0x38: j $
