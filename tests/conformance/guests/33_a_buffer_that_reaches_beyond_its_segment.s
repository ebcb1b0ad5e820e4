; A host is told of a buffer up to the end of its segment, also where the guest's capability reaches
; further.
; conformance 33
; given depth 8
; exit device to 0
; r8 = 0x5ff0
; r9 = 16

        .include "../include/start.s"
        .include "../include/nest.s"

        .segment leaf, rx, rings(0, 0, 0)
leaf:   li      r1, in_data << 32 | 4096 - 16
        li      r2, permission.read << 56 | ((1 << 28) - 1) << 28
        mint    c9, r1, r2
        li      r2, 16
        io      r2, c5, c9, write
        power_off r2

        .segment host, rx, rings(0, 0, 0)
host:   trap    1                       ; there is none but the kernel

        .segment kernel
main:   li      r1, 1
        call    nest
        stc     c0, [c3]                ; the console is not passed through
        vmrun   c1, c2, c3
        ld      r8, [c1 + machine.exit_extents]
        ld      r9, [c1 + machine.exit_extents + 8]
        trap    done
