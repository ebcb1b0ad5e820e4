; A hypervisor like direct.s, but the console of its guest is not its own: it is a program, this one. The guest's slot for
; it is empty, so each `io` on it comes back to us with all that there is to know, and we use our own console for it.

        .include "library/hypervisor.s"
        .include "library/complete.s"
        .include "library/devices.s"

        .segment hypervisor

        .proc   main
        hosting
        call    make_guest
        stc     c0, [devices + abi.slot_console << 4]
run:    vmrun   block, window, devices
        ld      r1, [block + machine.exit_reason]
        ldb     r2, [block + machine.exit_device]       ; the slot
        .if     r1 == exit.device && r2 == abi.slot_console
        la      c1, console
        call    use_device
        .else
        call    settle
        .endif
        j       run
        .endproc
