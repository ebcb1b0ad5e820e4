; `setprocess` wants text that all processes share, and two process blocks that may be read and
; written; else it changes nothing.
; conformance instructions
; trap segment through pc at private_text+0 ring 0 none 8
; trap bounds through c1 at shared+0x21 ring 0 read 224
; trap permission through c2 at shared+0 ring 0 write 224
; trap tag through c3 at shared+0 ring 0 read 224
; r5 = 0
; kept r6..r20 c15

        .include "../include/start.s"
        .segment shared, rw, system, rings(0, 0, 0)
block:  .space  256
        .segment private_text, rx, rings(0, 0, 0)
        setprocess c4, c4
        ret     c7

        .segment kernel
main:   la      c4, block
        li      r1, segment(private_text) << 32 | entry_kind
        li      r2, reads | executes | 16 << limit_shift
        mint    c5, r1, r2
        callc   c5
        cadd    c1, c4, 33
        setprocess c1, c4
        cperm   c2, c4, permission.read
        setprocess c4, c2
        cuntag  c3, c4
        setprocess c3, c4
        getctl  r5, lines
        trap    done
