; Definitions of macros that are none.
        .macro
        .endm
        .macro add a, b
        .endm
        .macro two a, a
        .endm
        .macro three a..., b
        .endm
        .macro four a b
        .endm
        .macro five x.y
        .endm
        .macro eight a,, b
        .endm
        .macro nine,
        .endm
        .macro six
        nop
        .endm
        .macro six
        ret
        .endm
        .endm
        li   r1, \lost
main:   six
        ret
