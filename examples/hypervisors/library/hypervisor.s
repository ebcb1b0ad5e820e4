; What all hypervisors have in common. Before it: SUPERVISED, if there is a supervisor; behind it: `main`, which gets
; the window in c8 and our reset record in c9. Beside it: `image`, a segment with the guest's image.

        .include "names.s"
        .if     defined(SUPERVISED)
        .include "supervisor.s"
        .else
        .include "bare.s"
        .endif
        .include "guest.s"
        .include "exits.s"

        .segment hypervisor
