; A page that is lent belongs to the machine one level deeper: its tags go, and capabilities are
; stored and loaded there as data, until it is reclaimed.
; conformance instructions
; owner page = 0
; r5 = 0
; r6 = 0
; r7 = 1
; r8 = 0x10000
; r9 = 0
; r10 = 0x10000
; r11 = 0
; r12 = 0x10001
; r3 = 0
; c1 = lent[0x0..0x1000] rwlsm ring 4 cursor 0x1000

        .include "../include/start.s"
        .segment lent, rw, hold, length(4096)
page:   .space  4096

        .text
main:   la      c8, page
        stc     c8, [c8]
        cmov    c1, c8
        li      r3, 4096
        lend    c1, r3
        ldc     c2, [c8]
        cget    r5, c2, tag             ; gone
        stc     c8, [c8 + 16]
        ldc     c2, [c8 + 16]
        cget    r6, c2, tag             ; and not to be had there
        ldtag   r10, [c8 + 16]
        cuntag  c3, c8
        csame   r7, c2, c3
        ldtag   r8, [c8]                ; open to all rings, since the page is a deeper machine's
        li      r1, 0x10001
        sttag   r1, [c8 + 16]           ; a capability of that machine's, and none of ours
        ldc     c2, [c8 + 16]
        cget    r11, c2, tag
        ldtag   r12, [c8 + 16]
        cmov    c1, c8
        li      r3, 4096
        reclaim c1, r3
        ldc     c2, [c8]
        cget    r9, c2, tag
        stc     c8, [c8]
        trap    done
