
; A comment with "quotes", 'signs' and é.
main:	ret			; tabs
  main2:ret;no space

;> segment text 0x110: r-x- length 0x10 rings (4, 4, 4) label 0 gen 0 linkage 0x108
;>   0x0: ret c7
;>   0x8: ret c7
;> label main2 text:0x8 size 0
