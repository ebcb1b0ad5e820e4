; Bounds that begin below the base trap, however short they are.
; conformance 8
; trap bounds through c2 at data+15 ring 4 none 1
; trap bounds through c2 at data+15 ring 4 none 8
; trap bounds through c2 at data+15 ring 4
; trap bounds through c4 at data+0x21 ring 4
; kept c3

        .include "../include/start.s"
        .segment data, rw
before: .space  16
object: .space  16
after:  .space  16

        .text
main:   la      c1, object
        cadd    c2, c1, -1
        cbound  c3, c2, 1
        cbound  c3, c2, 8
        cbound  c3, c2, 0
        cadd    c4, c1, 17
        cbound  c3, c4, 0
        trap    done
