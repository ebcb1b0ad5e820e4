; A ring has a stack if a segment runs in it; that of ring 3 is the program's own. A segment of data needs none.
main:   li   r1, length(stack1)
        ret
        .segment one, rx, rings(0, 1, 4)
        ret
        .segment two, rw, rings(2, 2, 2), length(16)
        .segment three, rx, rings(3, 3, 4)
        ret
        .segment mine, rw, hold, rings(3, 3, 3), number(259), length(64)
        .segment stack5, rw, rings(5, 5, 5), length(32)

;> segment stack0 0x100: rw-h length 0x2000 rings (0, 0, 0) label 0 gen 0
;> segment stack1 0x101: rw-h length 0x2000 rings (1, 1, 1) label 0 gen 0
;> segment mine 0x103: rw-h length 0x40 rings (3, 3, 3) label 0 gen 0
;> segment stack4 0x104: rw-h length 0x10000 rings (4, 4, 4) label 0 gen 0
