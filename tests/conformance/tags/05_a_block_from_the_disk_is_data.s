; A block read from the disk holds no tags, though its bytes are those of a capability written there
; before.
; conformance 5
; given disk 2
; r1 = 4096
; r2 = 4096
; r5 = 1
; r6 = 0
; r7 = 1

        .include "../include/start.s"
        .segment page, rw, hold
page:   .space  4096

        .text
main:   la      c1, page
        stc     c1, [c1]
        la      c3, block
        li      r1, 1
        io      r1, c3, c1, write       ; as many bytes as a block
        ldc     c2, [c1]
        cget    r5, c2, tag             ; what is written out stays as it was
        li      r2, 1
        io      r2, c3, c1, read
        ldc     c2, [c1]
        cget    r6, c2, tag
        cuntag  c4, c1
        csame   r7, c2, c4
        trap    done
