; Every derivation from a sealed value traps, and it stays as it is.
; conformance 11
; trap seal through c1 at data+1 ring 4
; trap seal through c1 at data+2 ring 4
; trap seal through c1 at data+0 ring 4 none 4
; trap seal through c1 at data+0 ring 4
; trap seal through c1 at data+0 ring 4
; trap seal+permission through c1 at data+0 ring 4
; trap seal+permission through c1 at data+0 ring 4
; trap seal through c1 at data+0 ring 4
; c1 = data[0x0..0x10] rw ring 4 cursor 0 sealed 9
; kept c8

        .include "../include/start.s"
        .segment data, rw
object: .space  16
        .segment kernel, rx, rings(0, 0, 0), system

        .text
main:   la      c1, object
        la      c2, sealer
        callc   c2                      ; ring 0 has the authority
        cadd    c8, c1, 1
        cseek   c8, c1, 2
        cbound  c8, c1, 4
        cperm   c8, c1, 1
        cring   c8, c1, 5
        centry  c8, c1
        creturn c8, c1
        cuntag  c2, c1
        cbuild  c8, c1, c2
        trap    done

        .segment service, rx, rings(0, 0, 7)
        .gate   sealer, seal_it
seal_it:
        li      r1, 9
        li      r2, permission.seal << 56 | 32 << limit_shift | 4
        mint    c2, r1, r2
        cseal   c1, c1, c2
        ret     c7
