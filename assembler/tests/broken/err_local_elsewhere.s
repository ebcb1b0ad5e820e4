        .proc main
        call helper
        j    inner
        return
        .endproc
        .proc helper
inner:  ret
        .endproc
