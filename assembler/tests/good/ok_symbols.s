        .proc main
        nop
inside: ret
        .endproc
label:  ret
        .data
object: .space 24
other:  .byte 1
end:
        .segment kernel, rx, rings(0, 0, 4)
        .gate gate, work
work:   ret

;> segment data 0x111: rw-h length 0x19 rings (4, 4, 4) label 0 gen 0
;>   0x0: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
;>   0x10: 00 00 00 00 00 00 00 00 01
;> segment kernel 0x112: r-x- length 0x10 rings (0, 0, 4) label 0 gen 0 gates 1 linkage 0x108
;>   0x0: j $ + 8
;>   0x8: ret c7
;> procedure main text:0x0 size 16
;> label inside text:0x8 size 0
;> label label text:0x10 size 0
;> object object data:0x0 size 24
;> object other data:0x18 size 1
;> label end data:0x19 size 0
;> gate gate kernel:0x0 size 8
;> label work kernel:0x8 size 0
