main:   ret
        .ascii "ÿş"
