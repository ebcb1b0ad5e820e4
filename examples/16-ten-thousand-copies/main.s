; Ten thousand copies of one capability: in memory, on the stack, sealed, in registers, and in the saved
; registers of a program that was put aside. One store makes all of them worthless.

        .equ  ON_HEAP, 9000
        .equ  ON_STACK, 900
        .equ  SEALED, 88
        .equ  IN_REGISTERS, 6           ; c8 to c13,
        .equ  PUT_AWAY, 6               ;   and the same six in a saved context
        .assert ON_HEAP + ON_STACK + SEALED + IN_REGISTERS + PUT_AWAY == 10000

        .equ  PUT_ASIDE, 1              ; what a program can ask the kernel for: trap 1
        .equ  GO_BACK, 2                ;   and trap 2

; What they are copies of a capability to. It holds a 1, so that the sum of all that was read is the number of
; copies that worked.
        .segment object, rw
object: .dword 1

        .segment heap, rw, hold, length(ON_HEAP * 16)

; The kernel counts uses that trapped: ring 0 may write this, ring 4 may read it.
        .segment tally, rw, rings(0, 4, 4)
trapped: .dword 0

        .text

; Spreads the copies, uses them all, has them revoked, and uses them all again.
        .proc main
        .alias first: c8
        .local copies, ON_STACK * 16
        .save  c8, c9, c10, c11, c12, c13, r16
        enter
        la    c1, begin
        callc c1                        ; the kernel gets ready
        la    first, object
        cmov  c9, first
        cmov  c10, first
        cmov  c11, first
        cmov  c12, first
        cmov  c13, first
        cmov  c2, first
        la    c1, heap
        call  spread
        cadd  c1, sp, copies
        cbound c1, c1, ON_STACK * 16
        call  spread
        la    c1, key
        ldc   c1, [c1]
        cseal c2, c2, c1
        la    c1, envelopes
        call  spread

        trap  PUT_ASIDE                 ; what is in the registers now is saved. r1: 0
        bnez  r1, back                  ; and here we are when it has been restored. r1: 1
forth:  cadd  c1, sp, copies
        cbound c1, c1, ON_STACK * 16
        call  use_all
        trap  GO_BACK
back:   call  use_registers             ; with those of the saved context
        call  print_counts
        la    c1, is_revoked
        ld    r1, [c1]
        bnez  r1, done
        li    r1, 1
        st    r1, [c1]
        cmov  c1, first
        la    c2, revoke
        callc c2
        la    c2, numbers
        st    r1, [c2]
        ld    r1, [c1]                  ; the one that we got in return
        st    r1, [c2 + 8]
        la    c1, revoked
        call  print
        j     forth
done:   li    r1, 0
        return
        .endproc

; Stores a capability into every place of a table.
;   takes c1: the table; c2: the capability, which stays there
        .proc spread, table: c1
        cget  r1, table, limit
next:   stc   c2, [table]
        cadd  table, table, 16
        cget  r2, table, cursor
        bltu  r2, r1, next
        ret
        .endproc

; Uses each copy once, but for those in the saved context.
;   takes c1: those on the stack; c8 to c13: those in registers
        .proc use_all
        enter
        la    c2, worked
        st    r0, [c2]
        call  use_table
        la    c1, heap
        call  use_table
        la    c1, envelopes
        call  use_table
        call  use_registers
        return
        .endproc

; Prints how many uses worked and how many trapped.
        .proc print_counts
        enter
        la    c2, numbers
        la    c1, worked
        ld    r1, [c1]
        st    r1, [c2]
        la    c1, trapped
        ld    r1, [c1]
        st    r1, [c2 + 8]
        la    c1, used
        call  print
        return
        .endproc

; Uses each capability of a table.
;   takes c1: the table
        .proc use_table
        .alias table: c3
        enter
        cmov  table, c1
next:   ldc   c1, [table]
        call  use
        cadd  table, table, 16
        cget  r1, table, cursor
        cget  r2, table, limit
        bltu  r1, r2, next
        return
        .endproc

; Uses the capabilities in c8 to c13.
        .proc use_registers
        enter
        cmov  c1, c8
        call  use
        cmov  c1, c9
        call  use
        cmov  c1, c10
        call  use
        cmov  c1, c11
        call  use
        cmov  c1, c12
        call  use
        cmov  c1, c13
        call  use
        return
        .endproc

; Uses a capability: adds what it leads to, which is 1, to `worked`.
;   takes c1: the capability, sealed or not
;   changes r1 to r3, c1, c2
        .proc use
        .clobbers r1, r2, r3, c1, c2
        cget  r1, c1, kind
        beqz  r1, open
        la    c2, key
        ldc   c2, [c2]
        cunseal c1, c1, c2
open:   li    r1, 0
        ld    r1, [c1]                  ; where this traps, r1 stays 0
        la    c2, worked
        ld    r2, [c2]
        add   r2, r2, r1
        st    r2, [c2]
        ret
        .endproc

; Prints a text with numbers in it: each `#` stands for the next of `numbers`.
;   takes c1: the text
        .proc print, text: c1
        .alias screen: c2
        .alias number: c3
        .alias end: r2
        enter
        la    screen, console
        la    number, numbers
        cget  end, text, limit
next:   cget  r1, text, cursor
        bgeu  r1, end, done
        ldb   r1, [text]
        beq   r1, '#', digits
        li    r1, 1
        io    r1, screen, text, write
        cadd  text, text, 1
        j     next
digits: ld    r1, [number]
        call  print_number
        cadd  number, number, 8
        cadd  text, text, 1
        j     next
done:   return
        .endproc

; Prints a number in decimal.
;   takes r1: the number; c2: the console
;   changes r1, r3, r4, c4
        .proc print_number, number: r1
        .local digits, 24
        .clobbers r1, r3, r4, c4
        enter
        cadd  c4, sp, digits + 24
        li    r3, 0
next:   remu  r4, number, 10
        add   r4, r4, '0'
        cadd  c4, c4, -1
        stb   r4, [c4]
        add   r3, r3, 1
        divu  number, number, 10
        bnez  number, next
        io    r3, c2, c4, write
        return
        .endproc

        .rodata
used:   .ascii "used 10000 copies: # worked, # trapped\n"
revoked: .ascii "revoked by one store in # step; a new one reads #\n"

        .data
is_revoked: .dword 0                    ; 1 once the copies are
worked: .dword 0
numbers: .dword 0, 0
key:    .authority
        .align 16
envelopes: .space SEALED * 16

; --- The kernel ---

; A segment descriptor, as far as it matters here.
        .struct entry
        .space 16
flags:  .byte
        .space 3
generation: .byte
        .space 11
        .endstruct

        .segment aside, rw, rings(0, 0, 0)
aside:  .space size.context             ; the context that was put aside

        .segment kernel, rx, rings(0, 0, 4), system
        .gate begin, set_up
        .gate revoke, raise

; Takes all traps from now on.
        .proc set_up
        li    r1, on_trap
        setctl entry, r1
        ret
        .endproc

; Revokes all capabilities to a segment, for whoever may write to it.
;   takes c1: one of them
;   gives c1: a new one, with the same bounds and rights; r1: how many steps it took to revoke the others
        .proc raise
        .alias descriptor: c2
        .alias generation: r2
        li    r1, 1
        probe r1, c1, r1, write         ; judged at the ring of the capability
        bnez  r1, refused
        cget  r1, c1, segment
        mul   r1, r1, size.descriptor
        la    descriptor, descriptors
        cadd  descriptor, descriptor, r1
        ldb   generation, [descriptor + entry.generation]
        add   generation, generation, 1
        and   generation, generation, 63        ; it has six bits
        clock r3
        stb   generation, [descriptor + entry.generation]       ; this is all
        clock r4
        sub   r4, r4, r3                ; of which the first `clock` was one

        cget  r1, c1, low               ; the new one differs in its generation alone
        li    r3, 63 << 51
        not   r3, r3
        and   r1, r1, r3
        shl   r3, generation, 51
        or    r1, r1, r3
        cget  r2, c1, high
        mint  c1, r1, r2
        sub   r1, r4, 1
        ret
refused: cmov c1, c0
        li    r1, 0
        ret
        .endproc

; All traps come here, with the context and the record of the trap on the stack of ring 0.
        .proc on_trap
        ld    r1, [sp + size.context + trap.cause]
        ld    r2, [sp + size.context + trap.offset]
        ld    r3, [sp + context.pc]
        add   r3, r3, 8
        st    r3, [sp + context.pc]     ; go on behind the instruction
        beq   r1, cause.generation, dead
        bne   r1, cause.software, other
        beq   r2, PUT_ASIDE, put
        beq   r2, GO_BACK, back
other:  sub   r3, r3, 8                 ; not for us: let it happen again, and nobody takes it
        st    r3, [sp + context.pc]
        setctl entry, r0
        resume
dead:   la    c1, trapped
        ld    r1, [c1]
        add   r1, r1, 1
        st    r1, [c1]
        resume
put:    st    r0, [sp + context.r + 8]  ; r1 is 0,
        la    c1, aside
        cmov  c2, sp
        li    r1, size.context
        copy  c1, c2, r1
        li    r1, 1                     ;   and when it comes back, 1
        la    c1, aside
        st    r1, [c1 + context.r + 8]
        resume
back:   la    c1, aside
        cmov  c2, sp
        li    r1, size.context
        copy  c2, c1, r1
        resume
        .endproc
