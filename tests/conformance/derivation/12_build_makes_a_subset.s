; `cbuild` makes a capability of bits that ask for no more than the authority has, and says of
; others all that is too much.
; conformance 12
; trap tag through c8 at 0 ring 4
; trap seal through c1 at data+0 ring 4
; trap segment through c1 at data+0 ring 4
; trap generation through c1 at data+0 ring 4
; trap bounds through c1 at data+0 ring 4
; trap bounds through c1 at data+0 ring 4
; trap bounds through c1 at data+0 ring 4
; trap permission through c1 at data+0 ring 4
; trap permission through c1 at data+0 ring 4
; trap seal through c1 at data+0 ring 4
; trap seal+permission+bounds+segment+generation through c1 at data+0 ring 4
; trap permission through c1 at data+0 ring 4
; c2 = data[0x4..0xc] r ring 6 cursor 0x12345678
; kept c3

        .include "../include/start.s"
        .segment data, rw
object: .space  16
        .equ    own, segment(object) << 32 | ring4
        .equ    rest, (permission.read | permission.write) << 56 | 16 << limit_shift

        .text
        .proc   build, low: r1, high: r2
        cpack   c4, low, high
        cbuild  c3, c1, c4
        ret
        .endproc

main:   la      c1, object
        li      r1, segment(object) << 32 | ring6 | 0x12345678
        li      r2, reads | 12 << limit_shift | 4
        cpack   c2, r1, r2
        cbuild  c2, c1, c2
        cuntag  c4, c1
        cmov    c8, c0
        cbuild  c3, c8, c4
        li      r2, rest
        li      r1, own | entry_kind
        call    build
        li      r1, own ^ 1 << 32
        call    build
        li      r1, own | 1 << 51       ; another generation
        call    build
        li      r1, own
        li      r2, rest + (1 << limit_shift)
        call    build
        li      r2, rest | 17           ; base above limit
        call    build
        li      r2, reads | 8 << limit_shift | 9
        call    build
        li      r2, rest | loads
        call    build
        li      r2, rest | executes
        call    build
        li      r2, rest
        li      r1, own | 1 << 62       ; a spare bit
        call    build
        li      r1, -1
        li      r2, -1
        call    build
        cperm   c1, c1, permission.read
        li      r1, own
        li      r2, rest                ; the right to write, which is gone
        call    build
        trap    done
