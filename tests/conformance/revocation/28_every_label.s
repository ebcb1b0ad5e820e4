; Each of the 256 labels has a bit of its own in the masks: with that alone only it is read, and
; only it is written.
; conformance 28
; r9 = 256

        .include "../include/start.s"
        .segment table, rw, rings(4, 4, 4)
table:  .dword  0, 0

        .segment kernel
        .proc   main, label: r1, found: r6
        la      c1, table
        cring   c2, c1, 4
        li      r9, 0
        li      label, 0
next:   cmov    c3, c1
        li      r2, 16
        relabel c3, label, r2
        li      r2, 1
        shl     r2, r2, label           ; the bit in its word
        shr     r3, label, 6            ; which word
        seq     r4, r3, 0
        mul     r4, r4, r2
        setctl  read0, r4
        xor     r4, r4, -1
        setctl  write0, r4
        seq     r4, r3, 1
        mul     r4, r4, r2
        setctl  read1, r4
        xor     r4, r4, -1
        setctl  write1, r4
        seq     r4, r3, 2
        mul     r4, r4, r2
        setctl  read2, r4
        xor     r4, r4, -1
        setctl  write2, r4
        seq     r4, r3, 3
        mul     r4, r4, r2
        setctl  read3, r4
        xor     r4, r4, -1
        setctl  write3, r4

        li      r5, 16
        probe   found, c2, r5, read     ; the one that may be read
        bnez    found, mistake
        probe   found, c2, r5, write    ; the one that may not be written
        li      r7, 1 << cause.label
        bne     found, r7, mistake
        getctl  r4, read0               ; and the other way round
        xor     r4, r4, -1
        setctl  read0, r4
        getctl  r4, read1
        xor     r4, r4, -1
        setctl  read1, r4
        getctl  r4, read2
        xor     r4, r4, -1
        setctl  read2, r4
        getctl  r4, read3
        xor     r4, r4, -1
        setctl  read3, r4
        probe   found, c2, r5, read
        bne     found, r7, mistake
        add     r9, r9, 1
        add     label, label, 1
        li      r2, 256
        bltu    label, r2, next
        trap    done
mistake:
        trap    wrong
        .endproc
