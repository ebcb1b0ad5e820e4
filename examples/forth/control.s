; Conditions and loops. While a definition is compiled, what is open lies on the data stack: an address and a mark
; that says what it is. `if` leaves the place where an address is missing, `begin` the place to go back to.

        .enum mark
        definition = 0x636f6c6f6e       ; numbers that are there by no accident
        ahead
        back
        loop
        .endenum

; Compiles a jump whose target is not known.
;   takes r1: the token of the jump
;   gives on the stack: where the target belongs, and mark.ahead
        .proc open_jump
        registers
        .clobbers r1, r2, r3
        enter
        call  compile
        ld    r1, [notes + note.here]
        push  r1
        li    r1, mark.ahead
        push  r1
        li    r1, 0
        call  compile
        return
        .endproc

; Lets a jump lead to the end of the dictionary.
;   takes on the stack: where the target belongs, and mark.ahead
        .proc close_jump
        registers
        .clobbers r1, r2
        enter
        li    r1, mark.ahead
        call  check_mark
        pop   r1
        ld    r2, [notes + note.here]
        st    r2, [space + r1]
        return
        .endproc

; Compiles a jump back.
;   takes r1: the token of the jump; on the stack: where it leads, and mark.back
        .proc jump_back
        registers
        .clobbers r1, r2, r3
        enter
        call  compile
        li    r1, mark.back
        call  check_mark
        pop   r1
        call  compile
        return
        .endproc

        code  if, "if", flag.immediate | flag.inside
        enter
        li    r1, offset(xt.zero_branch)
        call  open_jump
        return
        .endproc

        code  else, "else", flag.immediate | flag.inside
        enter
        li    r1, offset(xt.branch)
        call  open_jump
        call  swap_open
        call  close_jump
        return
        .endproc

        code  then, "then", flag.immediate | flag.inside
        enter
        call  close_jump
        return
        .endproc

        code  begin, "begin", flag.immediate | flag.inside
        ld    r1, [notes + note.here]
        push  r1
        li    r1, mark.back
        push  r1
        endcode

        code  again, "again", flag.immediate | flag.inside
        enter
        li    r1, offset(xt.branch)
        call  jump_back
        return
        .endproc

        code  until, "until", flag.immediate | flag.inside
        enter
        li    r1, offset(xt.zero_branch)
        call  jump_back
        return
        .endproc

        code  while, "while", flag.immediate | flag.inside
        enter
        li    r1, offset(xt.zero_branch)
        call  open_jump
        call  swap_open
        return
        .endproc

        code  repeat, "repeat", flag.immediate | flag.inside
        enter
        li    r1, offset(xt.branch)
        call  jump_back
        call  close_jump
        return
        .endproc

; Exchanges the two things that were opened last.
        .proc swap_open
        registers
        .clobbers r1, r2, r3, r4
        ld    r1, [data]
        ld    r2, [data + cell]
        ld    r3, [data + 2 * cell]
        ld    r4, [data + 3 * cell]
        st    r1, [data + 2 * cell]
        st    r2, [data + 3 * cell]
        st    r3, [data]
        st    r4, [data + cell]
        ret
        .endproc

; --- Counted loops: on the return stack lie the index, the limit, and the address behind the loop ---

        .struct counted
index:  .dword
limit:  .dword
behind: .dword
        .endstruct

; (do) ( limit first -- ) The address behind the loop stands behind it.
        code  begin_loop, "(do)", flag.inside
        ld    r1, [data]
        ld    r2, [data + cell]
        cadd  data, data, 2 * cell
        ld    r3, [space + ip]
        add   ip, ip, cell
        cadd  returns, returns, -sizeof(counted)
        st    r1, [returns + counted.index]
        st    r2, [returns + counted.limit]
        st    r3, [returns + counted.behind]
        endcode

; (?do) ( limit first -- ) The same, but a loop that has nothing to do is left out.
        code  begin_loop_maybe, "(?do)", flag.inside
        ld    r1, [data]
        ld    r2, [data + cell]
        bne   r1, r2, forth.begin_loop
        cadd  data, data, 2 * cell
        ld    ip, [space + ip]
        endcode

; (loop) ( -- ) The address of the first word of the loop stands behind it.
        code  end_loop, "(loop)", flag.inside
        ld    r1, [returns + counted.index]
        ld    r2, [returns + counted.limit]
        add   r1, r1, 1
        .if   r1 == r2
        add   ip, ip, cell
        cadd  returns, returns, sizeof(counted)
        .else
        st    r1, [returns + counted.index]
        ld    ip, [space + ip]
        .endif
        endcode

; (+loop) ( n -- ) The loop ends when the index crosses the border between the limit and what is below it.
        code  end_loop_by, "(+loop)", flag.inside
        .alias step: r1
        .alias before: r2
        .alias after: r3
        pop   step
        ld    r4, [returns + counted.index]
        ld    r5, [returns + counted.limit]
        sub   before, r4, r5
        add   after, before, step
        xor   r5, before, after         ; has the sign changed,
        xor   r9, before, step          ;   and in the direction of the step?
        and   r5, r5, r9
        .if   r5 < 0
        add   ip, ip, cell
        cadd  returns, returns, sizeof(counted)
        .else
        add   r4, r4, step
        st    r4, [returns + counted.index]
        ld    ip, [space + ip]
        .endif
        endcode

; Compiles the beginning of a loop.
;   takes r1: the token that begins it
;   gives on the stack: where the address behind the loop belongs, and mark.loop
        .proc open_loop
        registers
        .clobbers r1, r2, r3
        enter
        call  open_jump
        li    r1, mark.loop
        st    r1, [data]
        return
        .endproc

; Compiles the end of a loop.
;   takes r1: the token that ends it; on the stack what open_loop left there
        .proc close_loop
        registers
        .clobbers r1, r2, r3
        .save r18
        enter
        call  compile
        li    r1, mark.loop
        call  check_mark
        pop   r18
        add   r1, r18, cell             ; the first word of the loop
        call  compile
        ld    r1, [notes + note.here]
        st    r1, [space + r18]
        return
        .endproc

        code  do, "do", flag.immediate | flag.inside
        enter
        li    r1, offset(xt.begin_loop)
        call  open_loop
        return
        .endproc

        code  maybe_do, "?do", flag.immediate | flag.inside
        enter
        li    r1, offset(xt.begin_loop_maybe)
        call  open_loop
        return
        .endproc

        code  loop, "loop", flag.immediate | flag.inside
        enter
        li    r1, offset(xt.end_loop)
        call  close_loop
        return
        .endproc

        code  loop_by, "+loop", flag.immediate | flag.inside
        enter
        li    r1, offset(xt.end_loop_by)
        call  close_loop
        return
        .endproc

; i ( -- index ) of the innermost loop, and j ( -- index ) of the one around it.
        code  i, "i", flag.inside
        ld    r1, [returns + counted.index]
        push  r1
        endcode

        code  j, "j", flag.inside
        ld    r1, [returns + sizeof(counted) + counted.index]
        push  r1
        endcode

; leave ( -- ) Goes behind the loop.
        code  leave, "leave", flag.inside
        ld    ip, [returns + counted.behind]
        cadd  returns, returns, sizeof(counted)
        endcode

; unloop ( -- ) Forgets the loop, in front of an `exit`.
        code  unloop, "unloop", flag.inside
        cadd  returns, returns, sizeof(counted)
        endcode
