; After `setprocess` no register and no bank has a private capability of the old process, of any kind,
; outside any machine and in a guest: what was stored of them is data, and its hosts keep their own.
; conformance 38
; given depth 8
; exit power to 1
; exit power to 0
; r5 = 0xc150
; r6 = 0xc150
; r7 = 3

        .include "../include/start.s"
        .include "../include/nest.s"

        .equ    new, 0
        .equ    old, 256
        .equ    private, abi.segment_stacks     ; a segment of each process

        .macro  make register, low, high
        li      r1, private << 32 | (\low)
        li      r2, (\high) | 4096 << limit_shift
        mint    \register, r1, r2
        .endm

; With a page of a system segment in c6 and one more such capability in c4:
; exchanges a process with capabilities of its own in all other registers and
; banks for one that has a stack of its own in ring 0. r16 becomes a bit for
; each register that is tagged; those from 16 on are the banks from 1 on, and
; the granules of the old process block.

        .macro  exchange
        getctl  r1, descriptor_base
        st      r1, [c6 + new + process.descriptor_base]
        getctl  r1, descriptor_count
        st      r1, [c6 + new + process.descriptor_count]
        li      r1, 1
        st      r1, [c6 + new + process.bank_tags]
        li      r1, private << 32 | 4096
        st      r1, [c6 + new + process.banks]
        li      r1, all_rights | 4096 << limit_shift
        st      r1, [c6 + new + process.banks + 8]

        li      r1, 5                   ; seals with 5
        li      r2, permission.seal << 56 | 6 << limit_shift
        mint    c9, r1, r2
        make    c1, ring4, all_rights
        cseal   c2, c1, c9
        make    c3, entry_kind, reads | executes
        make    c5, return_kind, reads | executes
        make    c7, ring7, writes
        cmov    c9, c1
        cmov    c10, c2
        cmov    c11, c3
        cmov    c12, c5
        make    c13, 0, all_rights
        cmov    c15, c13
        .repeat 7, number
        setbank c7, 1 + \number
        .endr
        cadd    c8, c6, old
        setprocess c6, c8

        li      r16, 0
        .repeat 16, number
        cget    r3, c\number, tag
        shl     r3, r3, \number
        or      r16, r16, r3
        .endr
        .repeat 7, number
        getbank c1, 1 + \number
        cget    r3, c1, tag
        shl     r3, r3, 16 + \number
        or      r16, r16, r3
        .endr
        .repeat size.process / 16, number
        ldc     c1, [c8 + 16 * \number]
        cget    r3, c1, tag
        shl     r3, r3, 24 + \number
        or      r16, r16, r3
        .endr
        .endm

        .segment leaf, rx, rings(0, 0, 0)
leaf:   exchange
        power_off r16

; A host with a capability of its own process, which its guest's has nothing to
; do with.

        .segment host, rx, rings(0, 0, 0)
host:   make    c12, 0, all_rights
        vmrun   c1, c2, c3
        ld      r1, [c1 + machine.exit_operands]
        cget    r2, c12, tag
        shl     r2, r2, 63
        or      r1, r1, r2
        power_off r1

        .segment page, rw, hold, system, rings(0, 0, 0), length(4096)

        .segment kernel
        .proc   main
        li      r1, 2
        call    nest
        make    c12, 0, all_rights
        vmrun   c1, c2, c3
        ld      r1, [c1 + machine.exit_operands]
        cget    r7, c12, tag
        shr     r2, r1, 63
        shl     r2, r2, 1
        or      r7, r7, r2
        shl     r5, r1, 1
        shr     r5, r5, 1
        li      r1, segment(page) << 32
        li      r2, all_rights | 4096 << limit_shift
        mint    c6, r1, r2
        cmov    c4, c6
        exchange
        mov     r6, r16
        trap    done
        .endproc
