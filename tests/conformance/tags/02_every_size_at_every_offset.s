; A store of any size at any offset takes exactly the tags of the granules that it touches.
; conformance 2
; r9 = 117

        .include "../include/start.s"
        .data
        .align  16
slots:  .space  32

        .text
main:   la      c1, slots
        li      r1, 0                   ; r1: the size as a power of two
        li      r9, 0                   ; r9: how many stores there were
sizes:  li      r2, 1
        shl     r2, r2, r1              ; r2: the size
        li      r3, 0                   ; r3: the offset
        li      r4, 32
        sub     r4, r4, r2              ; r4: the last offset
offsets:
        stc     c1, [c1]
        stc     c1, [c1 + 16]
        beq     r1, 0, byte
        beq     r1, 1, half
        beq     r1, 2, word
        st      r0, [c1 + r3]
        j       stored
byte:   stb     r0, [c1 + r3]
        j       stored
half:   sth     r0, [c1 + r3]
        j       stored
word:   stw     r0, [c1 + r3]
stored: ldc     c2, [c1]
        cget    r5, c2, tag
        sltu    r6, r3, 16              ; the first is touched below 16
        beq     r5, r6, mistake
        ldc     c2, [c1 + 16]
        cget    r5, c2, tag
        add     r6, r3, r2
        sltu    r6, r6, 17              ; the second is not touched up to 16
        bne     r5, r6, mistake
        add     r9, r9, 1
        add     r3, r3, 1
        ble     r3, r4, offsets
        add     r1, r1, 1
        bltu    r1, 4, sizes
        trap    done
mistake:
        trap    wrong
