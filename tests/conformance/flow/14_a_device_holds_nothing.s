; A device holds no capabilities, even if its descriptor has the bit: the store fails for that as
; well as for being no use of a device.
; conformance 14
; trap hold+device through c8 at date+0 ring 0 store_capability 16
; trap device through c8 at date+0 ring 0 write 16
; r5 = checks hold+device

        .include "../include/start.s"

        .segment kernel
main:   ldb     r1, [c14 + segment(date) * size.descriptor + descriptor.flags]
        or      r1, r1, descriptor.hold
        stb     r1, [c14 + segment(date) * size.descriptor + descriptor.flags]
        li      r1, 4096                ; a length, so that nothing else is wrong
        stw     r1, [c14 + segment(date) * size.descriptor + descriptor.length]
        li      r1, segment(date) << 32
        li      r2, all_rights | everything
        mint    c8, r1, r2
        stc     c8, [c8]
        stc     c0, [c8]
        li      r1, 16
        probe   r5, c8, r1, store_capability
        trap    done
