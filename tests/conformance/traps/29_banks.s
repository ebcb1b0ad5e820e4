; Ring 0 reads and sets the stack pointers of all rings; what it sets is raised to the ring, and
; that of the current ring is c15.
; conformance 29
; trap illegal through pc at place+0 ring 0 execute 8
; r16 = 7
; c3 = own[0x0..0x10] rw ring 0 cursor 8
; c4 = own[0x0..0x10] rw ring 5 cursor 0
; c5 = own[0x0..0x10] rw ring 7 cursor 0
; c6 = own[0x0..0x10] rw ring 0 cursor 0 sealed 5

        .include "../include/start.s"
        .segment own, rw, rings(0, 0, 0)
own:    .space  16

        .segment kernel
main:   la      c1, own
        cmov    c9, sp
        cadd    c2, c1, 8
        setbank c2, 0
        cmov    c3, sp
        getbank c8, 0
        csame   r1, c3, c8
        beqz    r1, mistake
        cmov    sp, c9
        setbank c1, 5
        getbank c4, 5
        cring   c2, c1, 7
        setbank c2, 2
        getbank c5, 2
        li      r1, 5
        li      r2, permission.seal << 56 | 6 << limit_shift
        mint    c2, r1, r2
        cseal   c2, c1, c2
        setbank c2, 3
        getbank c6, 3
        li      r16, 6
place:  getbank c1, 8
        add     r16, r16, 1
        trap    done
mistake:
        trap    wrong
