; Even in ring 0, writing a tag gives one only to bits that a derivation could have made.
; conformance 7 13
; r5 = 0
; r6 = 0
; r7 = 0
; r8 = 0
; r9 = 1

        .include "../include/start.s"
        .segment cases, rw, hold, rings(0, 0, 0)
        .align  16
cases:  .dword  -1, -1
reserved_kind:
        .dword  segment(cases) << 32 | 3 << 57, 16 << 28 | permission.read << 56
base_above_limit:
        .dword  segment(cases) << 32, 16 << 28 | 17 | permission.read << 56
write_and_execute:
        .dword  segment(cases) << 32, 16 << 28 | (permission.write | permission.execute) << 56
sound:  .dword  segment(cases) << 32, 16 << 28 | permission.read << 56

        .segment kernel
main:   la      c1, cases
        li      r1, segment(cases) << 32
        li      r2, all_rights | everything
        mint    c1, r1, r2
        li      r1, 1
        sttag   r1, [c1]
        sttag   r1, [c1 + 16]
        sttag   r1, [c1 + 32]
        sttag   r1, [c1 + 48]
        sttag   r1, [c1 + 64]
        ldtag   r5, [c1]
        ldtag   r6, [c1 + 16]
        ldtag   r7, [c1 + 32]
        ldtag   r8, [c1 + 48]
        ldtag   r9, [c1 + 64]
        trap    done
