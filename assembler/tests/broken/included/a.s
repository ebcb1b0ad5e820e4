        .include "included/b.s"
