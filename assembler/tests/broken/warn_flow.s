; Warnings of every kind, with which there is an image.
        .proc main
        .local room, 8
        enter
        li   r9, 1
        li   r16, 1
        call work
        add  r1, r9, r16            ; r9 is changed
        add  r1, r9, r1             ; said once
        call work
        beqz r1, other
        li   r10, 2
        add  r1, r10, r9            ; r9 again
unused: nop
        j    other
        nop
        nop
other:  cbound c2, c1, 8
        cbound c2, c1, 16
        cmov c3, c2
        ret
        .endproc

        .proc work
        .clobbers r9, r10, c3
        enter
        li   r11, 1
        li   r11, 2
        li   r1, 3
        call deeper
        return
        .endproc
        .proc deeper
        .clobbers r12, r9
        la   c3, table
        ldw  r1, [c3]
        .if  r1
        j    deeper
        .else
        nop
        .endif
        ret
        .endproc
; No warning: r1 is a result of the second call.
        .proc after
        .clobbers r1, r9, r10, r11, c3
        enter
        call after
        call work
        add  r1, r1, 1
        return
        .endproc
        .data
table:  .word 1
