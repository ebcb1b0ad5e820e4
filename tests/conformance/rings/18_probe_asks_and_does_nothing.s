; `probe` gives the checks that an access would fail, or 0, and neither traps nor touches anything.
; conformance 18 26
; r5 = 0
; r6 = checks bounds
; r7 = checks tag
; r8 = checks permission+bounds
; r9 = 0
; r10 = 0
; r11 = checks seal
; r12 = checks ring
; memory table = 16 of ee

        .include "../include/start.s"
        .segment table, rw, rings(4, 4, 4)
table:  .space  16, 0xee
        .segment inner, rx, rings(1, 1, 1)
inner:  nop

        .text
main:   la      c1, table
        li      r1, 16
        probe   r5, c1, r1, write
        li      r1, 17
        probe   r6, c1, r1, write
        cuntag  c2, c1
        probe   r7, c2, r1, read
        cperm   c2, c1, permission.read
        probe   r8, c2, r1, write
        cadd    c3, c1, 16
        probe   r9, c3, r0, read        ; nothing, at the very end
        li      r1, 8
        probe   r10, c7, r1, return
        probe   r11, c7, r1, call
        la      c3, inner               ; an entry into ring 1, which has no gates for ring 4
        probe   r12, c3, r1, call
        and     r12, r12, 1 << cause.ring
        trap    done
