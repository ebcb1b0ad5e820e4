; What is no instruction traps: unknown opcodes, registers, scales, names, and bits that the
; instruction does not use.
; conformance instructions
; r5 = 14
; traps 14

        .include "../include/start.s"
        .text
main:   la      c1, caught
        li      r5, 0
        .dword  0                       ; no opcode
        call    look
        .dword  0xff
        call    look
        .dword  0x10 | 32 << 8          ; add r32
        call    look
        .dword  0x10 | 32 << 16
        call    look
        .dword  0x10 | 5 << 29          ; a scale of 5
        call    look
        .dword  0x70 | 16 << 8          ; cmov c16
        call    look
        .dword  0x70 | 16 << 16
        call    look
        .dword  0x70 | 1 << 24          ; cmov with a third register
        call    look
        .dword  0x70 | 1 << 32          ; or a number
        call    look
        .dword  0x7d | 13 << 32         ; cget of a field that is not there
        call    look
        .dword  0x80 | 9 << 32          ; probe for no kind of access
        call    look
        .dword  0xd1 | 5 << 32          ; io with no operation
        call    look
        .dword  0xd7 | 1 << 8           ; resume with a register
        call    look
        .dword  0x4c | 1 << 8           ; trap with a register
        call    look
        trap    done

look:   ld      r1, [c1 + trap.cause]
        bne     r1, r0 + cause.illegal, mistake
        ld      r1, [c1 + trap.offset]
        cget    r2, c7, cursor
        add     r1, r1, 16
        bne     r1, r2, mistake
        ld      r1, [c1 + trap.failed]
        bne     r1, 1 << cause.illegal, mistake
        add     r5, r5, 1
        ret
mistake:
        trap    wrong
