; Entry and return capabilities are made of what may be executed alone.
; conformance 16
; trap permission through c1 at data+0 ring 4
; trap permission through c1 at data+0 ring 4
; trap tag through c2 at data+0 ring 4
; trap tag through c2 at data+0 ring 4
; kept c8

        .include "../include/start.s"
        .data
object: .space  16

        .text
main:   la      c1, object
        centry  c8, c1
        creturn c8, c1
        cuntag  c2, c1
        centry  c8, c2
        creturn c8, c2
        trap    done
