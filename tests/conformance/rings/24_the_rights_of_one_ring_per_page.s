; Two pages of one segment, and one page under two segments, are each judged by the capability and
; descriptor at hand.
; conformance 24 27
; trap ring through c2 at inner+8 ring 4 write 8
; trap mode through c3 at reader+0 ring 4 write 8
; r5 = 0x44
; r6 = 0x44

        .include "../include/start.s"
        .segment inner, rw, rings(0, 4, 4)
inner:  .dword  0x44, 0
        .segment reader, r, rings(4, 4, 4), length(16)
        .segment writer, rw, rings(4, 4, 4), length(16)

        .segment kernel
main:   ld      r1, [c14 + segment(inner) * size.descriptor]
        st      r1, [c14 + segment(reader) * size.descriptor]
        st      r1, [c14 + segment(writer) * size.descriptor]
        la      c1, inner               ; three segments of one page
        st      r2, [c1 + 8]
        cring   c2, c1, 4
        st      r2, [c2 + 8]
        li      r1, segment(reader) << 32 | ring4
        li      r2, reads | writes | 16 << limit_shift
        mint    c3, r1, r2
        li      r1, segment(writer) << 32 | ring4
        mint    c4, r1, r2
        li      r3, 0x44
        st      r3, [c4]
        ld      r5, [c3]
        st      r2, [c3]
        ld      r6, [c2]
        trap    done
