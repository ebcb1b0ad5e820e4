; What is wrong with the block, the window or the table of devices is a trap of the host, of which
; nothing else comes.
; conformance 37
; given depth 8
; trap tag through c9 at guest+0x0 ring 0 read 4096
; trap permission through c9 at guest+0x0 ring 0 write 4096
; trap permission through c9 at guest+0x0 ring 0 read 4096
; trap bounds through c9 at guest+0x0 ring 0 read 4096
; trap bounds through c9 at guest+0x10 ring 0 read 4096
; trap alignment through c9 at arena+0x0 ring 0 read 0
; trap alignment through c9 at arena+0x10 ring 0 read 0
; trap bounds through c9 at table+0xf0 ring 0 read 16
; r5 = 0

        .include "../include/start.s"
        .include "../include/nest.s"
        .segment leaf, rx
        trap    98
        .segment host, rx
        trap    98

        .segment kernel
        .proc   main
        li      r1, 1
        call    nest
        cuntag  c9, c1
        vmrun   c9, c2, c3
        cperm   c9, c1, ~permission.write
        vmrun   c9, c2, c3
        cperm   c9, c1, ~permission.read
        vmrun   c9, c2, c3
        li      r5, 4095
        cbound  c9, c1, r5
        vmrun   c9, c2, c3
        cadd    c9, c1, 16
        vmrun   c9, c2, c3
        cbound  c9, c2, 0x7ff0
        vmrun   c1, c9, c3
        cadd    c9, c2, 16
        cbound  c9, c9, 0x7ff0
        vmrun   c1, c9, c3
        cbound  c9, c3, 255
        vmrun   c1, c2, c9
        ld      r5, [c1 + machine.exit_reason]  ; no guest was entered
        trap    done
        .endproc
