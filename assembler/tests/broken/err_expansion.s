; Macros that never end.
main:   forever 1
        forever 2
        ret
        .macro forever n
        forever \n
        .endm
        forever 3
