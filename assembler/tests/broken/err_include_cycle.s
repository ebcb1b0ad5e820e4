main:   ret
        .include "included/a.s"
