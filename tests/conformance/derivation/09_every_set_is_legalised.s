; Of every set of permissions what is left is legal, within what was asked for and what there was,
; and stays under a second asking.
; conformance 9
; r9 = 1024

        .include "../include/start.s"
        .segment data, rw, hold, rings(0, 0, 0)
object: .space  16

        .segment kernel

; From: c1. For each of the 256 masks, checks what `cperm` makes of it.
        .proc   try
        .alias  mask: r1, had: r2, got: r3
        cget    had, c1, permissions
        li      mask, 0
again:  cperm   c2, c1, mask
        cget    got, c2, permissions
        and     r4, mask, had
        xor     r5, r4, -1
        and     r5, got, r5
        bnez    r5, mistake             ; more than was asked for, or than there was

; What the rules of legality take away, in their order.
        and     r5, r4, permission.execute
        beqz    r5, no_code
        and     r4, r4, ~permission.write
no_code:
        and     r5, r4, permission.read
        bnez    r5, readable
        and     r4, r4, ~(permission.load_capability | permission.load_mutable)
readable:
        and     r5, r4, permission.write
        bnez    r5, writable
        and     r4, r4, ~permission.store_capability
writable:
        and     r5, r4, permission.load_capability
        bnez    r5, loading
        and     r4, r4, ~permission.load_mutable
loading:
        and     r5, r4, permission.read | permission.write | permission.execute
        beqz    r5, no_memory
        and     r4, r4, ~(permission.seal | permission.unseal)
no_memory:
        bne     got, r4, mistake

        cperm   c3, c2, mask
        csame   r5, c2, c3
        beqz    r5, mistake             ; a second time changes nothing
        cperm   c3, c2, -1
        csame   r5, c2, c3
        beqz    r5, mistake             ; and what is gone does not come back
        add     r9, r9, 1
        add     mask, mask, 1
        li      r4, 256
        bltu    mask, r4, again
        ret
mistake:
        trap    wrong
        .endproc

main:   li      r9, 0
        la      c1, object              ; rwlsm
        call    try
        cpc     c1, $                   ; rx
        call    try
        li      r1, 4
        li      r2, (permission.seal | permission.unseal) << 56 | 32 << limit_shift
        mint    c1, r1, r2              ; eu
        call    try
        cperm   c1, c1, permission.unseal
        call    try                     ; u
        trap    done
