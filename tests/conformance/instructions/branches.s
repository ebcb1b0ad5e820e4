; A branch goes where its condition says, signed or unsigned, and else on; the second operand is a
; register plus a small number.
; conformance instructions
; r5 = 0x3ffff

        .include "../include/start.s"
        .text

; Each branch that has to be taken sets a bit of r5; one that must not be taken
; ends the program.

main:   li      r5, 0
        li      r1, -1
        li      r2, 1
        li      r3, 200
        beq     r2, 1, yes0
        j       next0
yes0:  or      r5, r5, 1 << 0
next0:
        bne     r1, r2, yes1
        j       next1
yes1:  or      r5, r5, 1 << 1
next1:
        blt     r1, r2, yes2
        j       next2
yes2:  or      r5, r5, 1 << 2
next2:
        bge     r2, r1, yes3
        j       next3
yes3:  or      r5, r5, 1 << 3
next3:
        bltu    r2, r1, yes4
        j       next4
yes4:  or      r5, r5, 1 << 4
next4:
        bgeu    r1, r2, yes5
        j       next5
yes5:  or      r5, r5, 1 << 5
next5:
        beq     r1, r1, yes6
        j       next6
yes6:  or      r5, r5, 1 << 6
next6:
        bge     r1, r1, yes7
        j       next7
yes7:  or      r5, r5, 1 << 7
next7:
        bgeu    r2, r2, yes8
        j       next8
yes8:  or      r5, r5, 1 << 8
next8:
        beq     r1, -1, yes9
        j       next9
yes9:  or      r5, r5, 1 << 9
next9:
        bne     r3, r2 + 127, yes10
        j       next10
yes10: or      r5, r5, 1 << 10
next10:
        blt     r1, 0, yes11
        j       next11
yes11: or      r5, r5, 1 << 11
next11:
        bltu    r2, -1, yes12
        j       next12
yes12: or      r5, r5, 1 << 12
next12:
        bge     r2, -1, yes13
        j       next13
yes13: or      r5, r5, 1 << 13
next13:
        beq     r2, r1 + 2, yes14
        j       next14
yes14: or      r5, r5, 1 << 14
next14:
        bleu    r2, 1, yes15
        j       next15
yes15: or      r5, r5, 1 << 15
next15:
        bgtu    r1, r2, yes16
        j       next16
yes16: or      r5, r5, 1 << 16
next16:
        bgt     r2, r1, yes17
        j       next17
yes17: or      r5, r5, 1 << 17
next17:
        beq     r1, r2, mistake
        bne     r1, r1, mistake
        blt     r2, r1, mistake
        bge     r1, r2, mistake
        bltu    r1, r2, mistake
        bgeu    r2, r1, mistake
        blt     r1, r1, mistake
        bltu    r2, r2, mistake
        bne     r2, 1, mistake
        ble     r2, r1, mistake
        beqz    r2, mistake
        bnez    r0, mistake
        trap    done
mistake:
        trap    wrong
