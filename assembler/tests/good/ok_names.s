; Names may be those of instructions, lists and directives, and hide outer ones.
main:   call copy
copy:   j    base
base:   cget r1, c1, base
        li   r1, offset(base)
a: b:   c:
        j    a
        j    b
        j    c
        .proc next
main:   j    main
        j    copy
        ret
        .endproc

;> segment text 0x110: r-x- length 0x50 rings (4, 4, 4) label 0 gen 0 linkage 0x108
;>   0x0: call c7, $ + 8
;>   0x8: j $ + 8
;>   0x10: cget r1, c1, base
;>   0x18: add r1, r0, 16
;>   0x20: j $
;>   0x28: j $ - 8
;>   0x30: j $ - 16
;>   0x38: j $
;>   0x40: j $ - 56
;>   0x48: ret c7
;> label main text:0x0 size 0
;> label copy text:0x8 size 0
;> label base text:0x10 size 0
;> label a text:0x20 size 0
;> label b text:0x20 size 0
;> label c text:0x20 size 0
;> procedure next text:0x38 size 24
;> label main text:0x38 size 0
