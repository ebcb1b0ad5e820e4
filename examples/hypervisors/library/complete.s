; What becomes of an instruction that came back to us: we have done it for the guest, or it happens after all.

        .segment hypervisor

; The instruction of the exit is done, and this is its result.
;   takes r1: what the register of its first byte gets, c10: the block
        .proc   complete_with
        hosting
        ldb     r2, [block + machine.exit_instruction + 1]
        st      r1, [block + r2 << 3 + machine.context + context.r]
        j       complete
        .endproc

; The instruction of the exit is done: the guest goes on behind it, and its clock counts it.
;   takes c10: the block
        .proc   complete
        hosting
        ld      r1, [block + machine.exit_next]
        st      r1, [block + machine.context + context.pc]
        ld      r1, [block + machine.exit_next + 8]
        st      r1, [block + machine.context + context.pc + 8]
        ld      r1, [block + machine.exit_tags] ; bit 0 is the tag of that,
        and     r1, r1, 1
        shl     r1, r1, 16
        ld      r2, [block + machine.context + context.tags]
        li      r3, -1 - (1 << 16)
        and     r2, r2, r3
        or      r2, r2, r1
        st      r2, [block + machine.context + context.tags]    ;   and bit 16 that of the program counter
        j       counted
        .endproc

; The context is as the instruction of the exit leaves it; its step is still to be counted.
;   takes c10: the block
        .proc   counted
        hosting
        li      r1, 1
        st      r1, [block + machine.complete]
        ret
        .endproc

; What the exit is about is offered to the next hypervisor that wants to know, and if there is none it happens.
;   takes c10: the block
        .proc   proceed
        hosting
        li      r1, 1
        st      r1, [block + machine.proceed]
        ret
        .endproc
