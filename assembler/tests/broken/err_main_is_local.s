; A `main` that the start-up code cannot see.
        .export other
        .proc main
        ret
        .endproc
other:  ret
