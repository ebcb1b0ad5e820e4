; Gates of an inner ring, and an entry capability to one.
main:   la   c1, write
        callc c1
        ret
        .segment kernel, rx, rings(0, 0, 4), number(300)
        .gate read, do_read
        .gate write, do_write
do_read:
        ret
do_write:
        ret

;> segment text 0x110: r-x- length 0x18 rings (4, 4, 4) label 0 gen 0 linkage 0x108
;>   0x0: ldk c1, 0
;>   0x8: callc c7, c1
;>   0x10: ret c7
;> segment kernel 0x12c: r-x- length 0x20 rings (0, 0, 4) label 0 gen 0 gates 2 linkage 0x108
;>   0x0: j $ + 16
;>   0x8: j $ + 16
;>   0x10: ret c7
;>   0x18: ret c7
;> capability linkage4:0x0: kernel[0x0..0x20] r-x--- ring 4 gen 0 cursor 0x8 entry
;> gate read kernel:0x0 size 8
;> gate write kernel:0x8 size 8
;> label do_read kernel:0x10 size 0
;> label do_write kernel:0x18 size 0
