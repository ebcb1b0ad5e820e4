; Page faults. Two pages share one frame, and are used in turn: each use is a fault, for which the kernel takes the frame
; from the other page.

        .include "rounds.s"

        .segment room, rw, length(2 * 4096)

        .text
        .proc main
        .save r16, c8
        enter
        la    c1, begin
        callc c1                        ; the kernel takes the pages away
        la    c8, room
        li    r16, ROUNDS
round:  st    r16, [c8]
        ld    r1, [c8 + 4096]
        sub   r16, r16, 1
        bnez  r16, round
        li    r1, 0
        return
        .endproc

        .struct entry
base:   .dword
        .space 8
flags:  .byte
        .space 15
        .endstruct

        .equ  allowed, page.present | page.writable | page.used | page.modified

        .segment map, rw, rings(0, 0, 0), length(4096)
        .segment frame, rw, rings(0, 0, 0), length(4096)

        .segment kernel, rx, rings(0, 0, 4), system
        .gate begin, set_up

        .proc set_up
        li    r1, on_trap
        setctl entry, r1
        la    c1, descriptors
        ld    r1, [c1 + segment(map) * sizeof(entry) + entry.base]
        st    r1, [c1 + segment(room) * sizeof(entry) + entry.base]
        ldb   r1, [c1 + segment(room) * sizeof(entry) + entry.flags]
        or    r1, r1, descriptor.paged
        stb   r1, [c1 + segment(room) * sizeof(entry) + entry.flags]
        ret
        .endproc

; The trap is taken to be one about a page of `room`.
        .proc on_trap
        ld    r1, [sp + size.context + trap.offset]
        shr   r1, r1, 12
        la    c1, map
        la    c2, descriptors
        ld    r2, [c2 + segment(frame) * sizeof(entry) + entry.base]
        or    r2, r2, allowed
        st    r2, [c1 + r1 << 3]
        xor   r1, r1, 1
        st    r0, [c1 + r1 << 3]
        resume
        .endproc
