        .segment words
        .align  32
second: .dword  second
        .byte   42, length(first), offset(first)
        .segment late, rw
        .word   offset(first) + 3
        .dword  words, alone, stack4
        .segment alone
        .space  3, 1
        .dword  segment(second) << 32 | 5, (segment(alone) + 1) * 32 << 28 | 3 << 56, offset(second) / 16 + 1
        .byte   offset(second) >> 3
