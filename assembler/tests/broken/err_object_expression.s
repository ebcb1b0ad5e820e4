; As a part of a program: `table`, `count` and `other` are in another file.
        .proc   main
        li      r1, segment(table) << 32 | length(table)
        li      r2, offset(here) * 3
        add     r1, r1, table - here
        li      r3, -count
        .if     r1 == count                     ; fine: the linker fills it in
        ret
        .endif
        ret
        .endproc
        .data
here:   .space  count
        .align  count
        .space  4, count
        .dword  table + 8, other - 8            ; fine
        .dword  segment(here) << 32 | 7, 32 * offset(here), count << 3 ; fine
        .byte   length(table), count            ; fine
        .authority count
        .cap    length(table)
        .cap    table, count, r                 ; fine
        .assert offset(here) == 0
        .segment late, rw, length(count)
        .segment boot, rx, rings(0,0,0)
        .entry  start
