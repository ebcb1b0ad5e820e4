; What every hypervisor does when its guest comes back for good, or for the time being. How to stop and to wait, it has
; from where it begins: bare.s or supervisor.s.

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

; Says something on our console.
;   takes c1: what
        .proc   say
        cget    r1, c1, length
        la      c2, console
        io      r1, c2, c1, write
        ret
        .endproc

        .segment hypervisor_sayings, r
stuck:  .ascii  "hypervisor: the guest cannot go on\n"
