; What every hypervisor does when its guest comes back for good, or for the time being.

        .segment hypervisor

; Deals with an exit that the hypervisor has no ideas of its own about: a guest that is off ends its host as well, and
; for a guest that waits its host waits.
;   takes c10: the block
        .proc   settle
        hosting
        enter
        ld      r1, [block + machine.exit_reason]
        .if     r1 == exit.power
        ld      r1, [block + machine.exit_operands]
        call    stop
        .elseif r1 == exit.wait
        ld      r1, [block + machine.process + process.lines]
        call    wait
        return
        .endif

; Anything else is a mistake of the guest: a trap that it has no handler for, or a page that is not in its memory.

        la      c1, stuck
        call    say
        li      r1, 1
        call    stop
        return
        .endproc

        .segment hypervisor_sayings, r
stuck:  .ascii  "hypervisor: the guest cannot go on\n"
