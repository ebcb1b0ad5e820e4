; `setprocess` exchanges descriptors, lines, labels and stack pointers in one step, and takes the
; tag of each register that names a private segment.
; conformance instructions
; r5 = 2
; r6 = 0x30
; r7 = 0x0f
; r8 = 0xf0
; r9 = 0x20000
; r10 = 0x100
; r11 = 0xff
; c1 = untagged own[0x0..0x1000] rw ring 0 cursor 0
; c2 = shared[0x0..0x200] rw ring 0 cursor 0
; c15 = own[0x0..0x1000] rw ring 0 cursor 0x1000
; c6 = own[0x0..0x1000] rw ring 4 cursor 8
; c8 = untagged own[0x0..0x1000] rw ring 7 cursor 0 sealed 5

        .include "../include/start.s"
        .segment shared, rw, system, rings(0, 0, 0)
new:    .space  size.process
        .align  256
old:    .space  256
        .segment own, rw, rings(0, 0, 0)
own:    .space  4096

        .segment kernel
        .proc   main
        li      r1, segment(shared) << 32
        li      r2, reads | writes | 0x200 << limit_shift
        mint    c2, r1, r2
        la      c1, own

; The new process: the same descriptors, lines 4 and 5, some labels, stacks 0
; and 4 somewhere else.

        getctl  r1, descriptor_base
        st      r1, [c2 + process.descriptor_base]
        getctl  r1, descriptor_count
        st      r1, [c2 + process.descriptor_count]
        li      r1, 0x30
        st      r1, [c2 + process.lines]
        li      r1, 0x0f
        st      r1, [c2 + process.read_labels + 24]
        li      r1, 0xf0
        st      r1, [c2 + process.write_labels]
        li      r1, 1 << 0 | 1 << 4
        st      r1, [c2 + process.bank_tags]
        li      r2, reads | writes | 4096 << limit_shift
        li      r1, own + 4096
        st      r1, [c2 + process.banks]
        st      r2, [c2 + process.banks + 8]
        li      r1, own + 8             ; of ring 0, and raised to ring 4
        st      r1, [c2 + process.banks + 4 * 16]
        st      r2, [c2 + process.banks + 4 * 16 + 8]
        li      r1, 1 << 17
        setctl  lines, r1

        li      r1, 5
        li      r2, permission.seal << 56 | 6 << limit_shift
        mint    c3, r1, r2
        cring   c8, c1, 7
        cseal   c8, c8, c3              ; sealed values are of their process as well

        cadd    c4, c2, offset(old)
        clock   r3
        setprocess c2, c4
        clock   r5
        sub     r5, r5, r3
        getctl  r6, lines
        getctl  r7, read3
        getctl  r8, write0
        getbank c6, 4
        ld      r9, [c4 + process.lines]
        ld      r10, [c4 + process.banks + 4]
        li      r1, 0xffff
        and     r10, r10, r1
        ld      r11, [c4 + process.bank_tags]
        trap    done
        .endproc
