; Ring 0 reads and writes the tags of its own pages as data: validity, label, owner. Other rings do
; not.
; conformance instructions
; trap privilege through pc at place+0 ring 4 execute 8
; trap privilege through pc at place+8 ring 4 execute 8
; r16 = 1
; r17 = 0x500
; r18 = 0x501
; c8 = own[0x0..0x20] rwlsm ring 4 cursor 0

        .include "../include/start.s"
        .segment own, rw, hold, rings(4, 4, 4)
own:    .space  32

        .segment kernel
main:   la      c1, own
        cring   c2, c1, 4
        stc     c2, [c1]
        ldtag   r16, [c1]
        ld      r1, [c1]
        ld      r2, [c1 + 8]
        st      r1, [c1 + 16]
        st      r2, [c1 + 24]           ; the same bits as data
        li      r1, 0x500
        sttag   r1, [c1 + 16]
        ldtag   r17, [c1 + 16]
        or      r1, r1, 1
        sttag   r1, [c1 + 16]
        ldtag   r18, [c1 + 16]
        ldc     c8, [c1 + 16]           ; a capability again
        li      r1, outer + ring4
        call    descend

        .text
outer:
place:  ldtag   r1, [c8]
        sttag   r1, [c8]
        trap    done
