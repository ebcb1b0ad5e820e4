        .data
        .space end - start
start:  .dword 1, 2
end:
        .align offset(end)
        .text
        .proc main
        .local room, finish - main
finish: ret
        .endproc
        .segment late, rw, length(end - start)
