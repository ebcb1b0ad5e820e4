; Every kind of access with every legal set of permissions fails by permission if and only if one is
; lacking, and by seal if the kind of capability is wrong.
; conformance 18
; r9 = 2560

        .include "../include/start.s"
        .segment table, rw, hold, rings(0, 0, 0)
table:  .space  16

; What each kind of access needs, by its number: the permissions, and the
; kind of capability.

        .segment needs, r, rings(0, 0, 0)
needs:  .byte   permission.read, 0
        .byte   permission.write, 0
        .byte   permission.execute, 0
        .byte   permission.write | permission.store_capability, 0
        .byte   permission.execute, 1
        .byte   permission.execute, 2
        .byte   permission.read, 0
        .byte   permission.write, 0
        .byte   permission.execute, 0
        .byte   0, 0

        .segment kernel
        .proc   main, set: r1
        la      c10, needs
        li      r9, 0
        li      r10, 1 << cause.permission | 1 << cause.seal
        li      set, 0
sets:   la      c1, table
        and     r2, set, permission.execute
        beqz    r2, memory              ; what may be executed is not written
        li      r2, table
        li      r3, reads | executes | 16 << limit_shift
        mint    c1, r2, r3
memory: cperm   c1, c1, set
        li      r3, 16

        .alias  kind: r4, expected: r5, found: r6
        li      kind, 0
        probe   found, c1, r3, read
        call    judge
        probe   found, c1, r3, write
        call    judge
        probe   found, c1, r3, execute
        call    judge
        probe   found, c1, r3, store_capability
        call    judge
        probe   found, c1, r3, call
        call    judge
        probe   found, c1, r3, return
        call    judge
        probe   found, c1, r3, input
        call    judge
        probe   found, c1, r3, output
        call    judge
        probe   found, c1, r3, jump
        call    judge
        probe   found, c1, r3, none
        call    judge
        add     set, set, 1
        li      r2, 256
        bltu    set, r2, sets
        trap    done

; Compares with what the row of the kind says; then comes the next row.

judge:  and     found, found, r10
        ldb     r11, [c10 + kind << 1]
        cget    r2, c1, permissions
        and     r2, r2, r11
        sne     r2, r2, r11
        shl     expected, r2, cause.permission
        ldb     r11, [c10 + kind << 1 + 1]
        sne     r11, r11, 0
        shl     r11, r11, cause.seal
        or      expected, expected, r11
        bne     found, expected, mistake
        add     kind, kind, 1
        add     r9, r9, 1
        ret
mistake:
        trap    wrong
        .endproc
