        .include "included/a.s"
