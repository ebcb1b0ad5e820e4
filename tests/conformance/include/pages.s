; Page tables, for files that begin in ring 0.
;
; `make_paged` gives the segment r1 pages: the segment r2, of at least eight
; bytes a page, becomes its page table, and every page is where it was, present,
; writable, used and modified. Clobbers r1 to r6.

        .segment kernel
        .proc   make_paged, paged: r1, map: r2
        shl     paged, paged, 5
        cadd    c1, c14, paged          ; the descriptor of the segment
        shl     r3, map, 32
        li      r4, writes | everything
        mint    c2, r3, r4              ; its page table
        ldw     r5, [c1 + descriptor.length]
        ld      r3, [c1 + descriptor.base]
        or      r3, r3, page.present | page.writable | page.used | page.modified
        li      r4, 0                   ; r3: the page word, r4: the offset of the page
fill_in:
        bgeu    r4, r5, filled_in
        st      r3, [c2]
        cadd    c2, c2, 8
        add     r3, r3, 4096
        add     r4, r4, 4096
        j       fill_in
filled_in:
        shl     map, map, 5
        ld      r3, [c14 + map + descriptor.base]
        st      r3, [c1 + descriptor.base]
        ldb     r3, [c1 + descriptor.flags]
        or      r3, r3, descriptor.paged
        stb     r3, [c1 + descriptor.flags]
        ret
        .endproc
