; A bare image: no start-up code, no stacks.
        .segment boot, rx, rings(0, 0, 0)
        .entry begin
        nop
begin:  li   r1, length(boot)
        wfi

;> entry boot:0x8
;> segment boot 0x110: r-x- length 0x20 rings (0, 0, 0) label 0 gen 0 linkage 0x108
;>   0x0: add r0, r0, 0
;>   0x8: add r1, r0, 32
;>   0x10: seth r1, r1, 0
;>   0x18: wfi
;> label begin boot:0x8 size 0
