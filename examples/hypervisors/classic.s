; A hypervisor as Popek and Goldberg described it in 1974: the guest runs by itself, and each instruction whose effect or
; result depends on which machine it runs in comes back to the hypervisor, which does it for the guest.
;
; All that the guest is lies in its block, so doing an instruction is mostly moving words in there; see
; library/emulate.s. Where a device has to do something, the hypervisor uses its own, and if that one is in a guest of
; another such hypervisor, that is an instruction which comes back to the other, and so on outward.

        .include "library/hypervisor.s"
        .include "library/complete.s"
        .include "library/devices.s"
        .include "library/emulate.s"

        .segment hypervisor

        .proc   main
        hosting
        call    make_guest
        li      r1, -1                  ; every class of instructions
        st      r1, [block + machine.intercept_instructions]
run:    vmrun   block, window, devices
        ld      r1, [block + machine.exit_reason]
        .if     r1 == exit.instruction
        call    emulate
        .else
        call    settle
        .endif
        j       run
        .endproc
