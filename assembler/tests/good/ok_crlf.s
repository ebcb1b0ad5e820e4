; Lines may end as on other systems.
main:   li r1, 1
        ret

;> segment text 0x110: r-x- length 0x10 rings (4, 4, 4) label 0 gen 0 linkage 0x108
;>   0x0: add r1, r0, 1
;>   0x8: ret c7
