; Fill a table with the first eight odd numbers, and add them up: 1 + 3 + ... + 15.
; One digit in this file is wrong.

        .text

        .proc main
        .save c8
        enter
        la    c8, table
        cmov  c1, c8
        call  fill
        cmov  c1, c8
        call  sum                       ; its result is main's too: the exit status
        return
        .endproc

        .proc fill, numbers: c1
        li    r1, 0                     ; the index
next:   shl   r3, r1, 1
        add   r3, r3, 1                 ; the odd number at this index
        st    r3, [numbers + r1 << 3]   ; eight bytes each
        add   r1, r1, 1
        ble   r1, 8, next
        ret
        .endproc

        .proc sum, numbers: c1
        li    r1, 0
        li    r2, 0
next:   ld    r3, [numbers + r2 << 3]
        add   r1, r1, r3
        add   r2, r2, 1
        ble   r2, 7, next
        ret
        .endproc

        .data
table:  .space 64
after:  .dword 1000                     ; somebody else's number, right behind the table
