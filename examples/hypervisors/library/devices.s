; Doing with a device of ours what the guest wanted to do with its own.

        .segment guest_bounce, rw, length(PAGE)

        .segment hypervisor

; Does an `io` that came back to us: its buffer is in the window, in up to two pieces, and what is moved goes through a
; page of ours. The result is put where the guest wants it, and the instruction is done.
;   takes c1: the device, c8: the window, c10: the block
        .proc   use_device
        hosting
        .alias  device: c1
        .alias  buffer: c2
        .alias  argument: r1
        .alias  operation: r2
        enter
        la      buffer, guest_bounce
        ld      argument, [block + machine.exit_operands]
        ldw     operation, [block + machine.exit_instruction + 4]
        .if     operation == io.write
        call    gather
        io      argument, device, buffer, write
        .elseif operation == io.read
        io      argument, device, buffer, read
        call    scatter
        .elseif operation == io.poll
        io      argument, device, buffer, poll
        call    scatter
        .elseif operation == io.control
        io      argument, device, buffer, control
        .else
        io      argument, device, buffer, identify
        .endif
        call    complete_with
        return
        .endproc

; Copies what the guest has in its buffer to ours.
;   takes c2: our buffer, c8: the window, c10: the block
        .proc   gather
        hosting
        cmov    c4, c2
        .repeat 2, n
        ld      r3, [block + machine.exit_extents + 16 * \n]
        cadd    c3, window, r3
        ld      r3, [block + machine.exit_extents + 16 * \n + 8]
        copy    c4, c3, r3
        .endr
        ret
        .endproc

; Copies the bytes that a device gave from our buffer to the guest's.
;   takes r1: how many, or below 0 that there are none, c2: our buffer, c8: the window, c10: the block
        .proc   scatter
        hosting
        cmov    c4, c2
        mov     r4, r1
        .repeat 2, n
        .if     r4 > 0
        ld      r3, [block + machine.exit_extents + 16 * \n + 8]
        .if     r3 > r4
        mov     r3, r4
        .endif
        sub     r4, r4, r3
        ld      r5, [block + machine.exit_extents + 16 * \n]
        cadd    c3, window, r5
        copy    c3, c4, r3
        .endif
        .endr
        ret
        .endproc
