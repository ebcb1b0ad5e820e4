; An instruction that traps three times before it succeeds counts once; each trap counts as one
; step.
; conformance 31 26
; trap page through c8 at table+0 ring 0 write 8 times 3
; r5 = 7
; r6 = 20

        .include "../include/start.s"
        .include "../include/pages.s"
        .segment table, rw, rings(0, 0, 0), length(4096)
table:  .space  4096
        .segment map, rw, rings(0, 0, 0), length(4096)

        .segment kernel
main:   li      r1, segment(table)
        li      r2, segment(map)
        call    make_paged
        la      c1, map
        ldb     r1, [c1]
        and     r1, r1, ~(page.present | page.used | page.modified)
        stb     r1, [c1]
        li      r1, note
        setctl  entry, r1
        la      c8, table
        li      r5, 7
        clock   r1
        st      r5, [c8]
        clock   r6
        sub     r6, r6, r1              ; the clock, three times a trap and its handler's five, the store
        ld      r5, [c8]
        li      r1, handler
        setctl  entry, r1
        trap    done

; Notes one more of what is missing, lowest bit first.

note:   la      c1, map
        ldb     r1, [c1]
        or      r1, r1, r1 + 1          ; the lowest bit that is clear
        stb     r1, [c1]
        resume
