; A context is resumed with the program counter that it has; if that is none, the fetch traps, in
; the ring that it names.
; conformance 29
; trap tag through pc at text+0 ring 4 execute 8
; trap seal through pc at text+0 ring 4 execute 8
; trap permission+ring+mode through pc at own+0 ring 5 execute 8
; trap ring through pc at text+0 ring 2 execute 8
; r1 = 4

        .include "../include/start.s"
        .include "../include/resuming.s"
        .segment own, rw, rings(0, 0, 0)
own:    .dword  0
        .text
outer:  trap    wrong

        .segment kernel
        .proc   main
        li      r1, again               ; in place of the ordinary handler
        setctl  entry, r1
        li      r1, outer + ring4
        call    new_frame
        li      r1, 1 << 15
        st      r1, [sp + context.tags]
        resume

; Entered by the traps; the frames stay where they are. The record of the last
; one says which is next.

again:  ld      r1, [sp + size.context + trap.cause]
        beq     r1, r0 + cause.tag, second
        beq     r1, r0 + cause.seal, third
        beq     r1, r0 + cause.permission, fourth
        li      r1, handler
        setctl  entry, r1
        li      r1, 4
        trap    done

second: li      r1, outer + ring4 + entry_kind
        call    new_frame
        resume
third:  li      r1, own + ring5
        call    new_frame
        li      r1, reads | 8 << limit_shift
        st      r1, [sp + context.pc + 8]
        resume
fourth: li      r1, outer + ring2
        call    new_frame
        resume
        .endproc
