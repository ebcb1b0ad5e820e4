; Slots are shared; each ring has linkage of its own.
main:   la   c1, table
        la   c2, table
        la   c3, table + 4
        la   c4, inner
        la   c5, data
        ret
        .segment kernel, rx, rings(0, 0, 4)
        .gate inner, work
work:   la   c1, table
        ret
        .data
table:  .dword 1, 2

;> segment linkage0 0x108: rw-h length 0x10 rings (0, 0, 0) label 0 gen 0
;> segment linkage4 0x10c: rw-h length 0x50 rings (4, 4, 4) label 0 gen 0
;> segment text 0x110: r-x- length 0x30 rings (4, 4, 4) label 0 gen 0 linkage 0x108
;>   0x0: ldk c1, 0
;>   0x8: ldk c2, 0
;>   0x10: ldk c3, 1
;>   0x18: ldk c4, 2
;>   0x20: ldk c5, 3
;>   0x28: ret c7
;> segment kernel 0x111: r-x- length 0x18 rings (0, 0, 4) label 0 gen 0 gates 1 linkage 0x108
;>   0x0: j $ + 8
;>   0x8: ldk c1, 0
;>   0x10: ret c7
;> segment data 0x112: rw-h length 0x10 rings (4, 4, 4) label 0 gen 0
;>   0x0: 01 00 00 00 00 00 00 00 02 00 00 00 00 00 00 00
;> capability linkage0:0x0: data[0x0..0x10] rw-lsm ring 0 gen 0 cursor 0x0
;> capability linkage4:0x0: data[0x0..0x10] rw-lsm ring 4 gen 0 cursor 0x0
;> capability linkage4:0x10: data[0x0..0x10] rw-lsm ring 4 gen 0 cursor 0x4
;> capability linkage4:0x20: kernel[0x0..0x18] r-x--- ring 4 gen 0 cursor 0x0 entry
;> capability linkage4:0x30: data[0x0..0x10] rw-lsm ring 4 gen 0 cursor 0x0
;> gate inner kernel:0x0 size 8
;> label work kernel:0x8 size 0
;> object table data:0x0 size 16
