; Conditions that are none, and ends without beginnings.
.equ    one, 1
main:
        .if later
        .endif
        .if r1 + 2
        .endif
        .if r1 << 2 < r2
        .endif
        .if
        .endif
        .if one == 2
        .elseif r1 == 2
        .endif
        .if one
        .else 5
        .else
        .elseif one
        .endif 7
        .else
        .endif
        .while [c1]
        .endif
        .break 1
        .endw
        .endw
        .break
        .if unsigned(r1 < 1000)
        .endif
        ret
        .macro open
        .if one
        .endm
        open
        .if r1
        .while r2
.equ    later, 1
