        .segment own, rx
twice:  add     r1, r1, r1
        ret
        .segment table, rw
        .dword  0
        .proc   main
        call    twice
        ret
        .endproc
