        .export main, missing, 5
        .extern main, other, private, 6
main:   ret
        .proc p
private: ret
        .endproc
        j    private
