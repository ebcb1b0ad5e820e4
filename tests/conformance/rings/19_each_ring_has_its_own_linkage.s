; The same text loads its constants from the linkage of the ring that runs it, and never as less
; than that ring's.
; conformance 19
; trap link at links4+16 ring 4 read 16
; trap bounds at links4+32 ring 4 read 16
; trap bounds at links4-16 ring 4 read 16
; r16 = 0
; r17 = 1
; c9 = own[0x0..0x10] rw ring 4 cursor 0

        .include "../include/start.s"
        .segment own, rw, rings(7, 7, 7)
object: .space  16
        .segment links0, rw, hold, rings(0, 0, 0), number(264)
        .cap    object, 16, r
        .segment links4, rw, hold, rings(0, 4, 4), number(268)
links4: .cap    object, 16, rw          ; ring 0's by its bits, and loaded by ring 4
        .space  16

        .segment everywhere, rx, rings(0, 7, 7)
load:   ldk     c1, 0
        ret     c7

        .segment kernel
main:   li      r1, load + entry_kind
        li      r2, reads | executes | everything
        mint    c10, r1, r2
        callc   c10
        cget    r16, c1, ring
        cget    r17, c1, permissions
        li      r1, outer + ring4
        call    descend

        .text
outer:  callc   c10                     ; now of ring 4
        cmov    c9, c1
        ldk     c11, 1                  ; nothing is linked there
        ldk     c11, 2
        ldk     c11, -1
        trap    done
