; A hypervisor that wants to know of every entry and every exit of the machines inside its guest, and does nothing about
; them: it lets each proceed.
;
; This is what stacked hypervisors on other machines must do. There, hardware knows one level of guests, so each exit of
; a deeper guest goes to the outermost hypervisor, which passes it on to the one that it belongs to. That one runs its
; guest again, which is an entry, and so goes to the outermost first as well; and so at each level. Here it is a choice:
; compare direct.s, which leaves the matter to the machine.

        .include "library/hypervisor.s"

        .proc   main
        hosting
        call    make_guest
        li      r1, 3                   ; bit 0: entries, bit 1: exits
        st      r1, [block + machine.intercept_guests]
run:    vmrun   block, window, devices
        ld      r1, [block + machine.exit_reason]
        .if     r1 == exit.entry || r1 == exit.exit
        li      r1, 1
        st      r1, [block + machine.proceed]
        .else
        call    settle
        .endif
        j       run
        .endproc
