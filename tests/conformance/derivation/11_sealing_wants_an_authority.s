; A value is sealed by an authority over the type alone: tagged, of kind data, with the right to
; seal, of segment 0, its cursor at a type within its bounds.
; conformance 11
; trap tag through c2 at 5 ring 0
; trap permission through c3 at 5 ring 0
; trap permission+bounds+segment through c1 at data+0 ring 0
; trap bounds through c4 at 8 ring 0
; trap bounds through c5 at 3 ring 0
; trap bounds through c6 at 32 ring 0
; c8 = data[0x0..0x10] rw ring 0 cursor 0 sealed 5
; kept c9

        .include "../include/start.s"
        .segment data, rw, rings(0, 0, 0)
object: .space  16

        .segment kernel
main:   la      c1, object
        li      r1, 5
        li      r2, permission.seal << 56 | 8 << limit_shift | 4
        mint    c10, r1, r2             ; over types 4 to 7, at 5
        cseal   c8, c1, c10
        cuntag  c2, c10
        cseal   c9, c1, c2
        li      r2, permission.unseal << 56 | 8 << limit_shift | 4
        mint    c3, r1, r2
        cseal   c9, c1, c3
        cmov    c2, c1
        cseal   c9, c2, c1              ; memory is no authority
        cseek   c4, c10, 8
        cseal   c9, c1, c4
        li      r1, 3
        li      r2, permission.seal << 56 | 64 << limit_shift
        mint    c5, r1, r2
        cseal   c9, c1, c5              ; 3 is no type that software seals with
        cseek   c6, c5, 32
        cseal   c9, c1, c6              ; nor is 32
        trap    done
