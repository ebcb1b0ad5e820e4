; Mistakes in macros are shown where the macro is used, then in the macro.
        .macro inner to
        add  \to, r1, lost
        .endm
        .macro outer to, by = 1
        inner \to
        addd \to, \to, \by
        .endm
main:   outer r2
        outer 5
        outer
        outer r1, 2, 3
        ret
        .macro named name
\name:  nop
        .endm
        named twice
        named twice
