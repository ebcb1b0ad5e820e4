; The beginning of a hypervisor that has the machine to itself: ring 0, nothing in the registers, and no capability
; anywhere. What lies behind it in memory will be its guest.

        .include "boot.s"

        .segment stack0, rw, hold, rings(0, 0, 0), number(abi.segment_stacks), length(PAGE)

        .segment hypervisor, rx, rings(RING, RING, RING)
        .entry  boot

        .proc   boot
        hosting
        make_capabilities
        li      r1, segment(stack0) << segment_shift | length(stack0)
        li      r2, reads | writes | holds | length(stack0) << limit_shift
        mint    sp, r1, r2
        make_window
        mint    window, r1, r2
        la      record, reset
        j       main
        .endproc

; Ends our machine.
;   takes r1: the status
        .proc   stop
        la      c1, power
        io      r1, c1, c0, control
        j       $
        .endproc

; Waits until one of these lines is up: our devices are the guest's.
;   takes r1: the lines
        .proc   wait
        setctl  lines, r1
        wfi
        setctl  lines, r0
        ret
        .endproc
