main:   ret
        .include "nowhere.s"
        .include 5
        .include "included/broken.s"
        .include "bad \q"
        .include
