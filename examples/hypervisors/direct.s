; A hypervisor that does as little as it can: it gives its guest all memory that is left and all of its devices, and
; runs it. Whatever the guest does then is between the guest and the machine: its traps, page faults, interrupts, calls
; through gates and devices cost nothing more than they do without a hypervisor, however many there are.
;
; `vmrun` comes back when the guest is off, or waits for what only somebody else can bring.

        .include "library/hypervisor.s"

        .proc   main
        hosting
        call    make_guest
run:    vmrun   block, window, devices
        call    settle
        j       run
        .endproc
