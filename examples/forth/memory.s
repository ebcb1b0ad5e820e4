; Where things are. The space is a segment of its own, and an address in Forth is an offset in it: `@` and `!` are
; loads and stores through one capability, which reaches these bytes and no others.

        .segment dataspace, rw, length(space_size)
        .space sizeof(system)           ; the dictionary follows: each `entry` puts one word there

; A capability for each routine. Words in the dictionary have places in this table, never capabilities, so
; a Forth program that overwrites a word can make it do what another word does, or trap, and nothing else.
        .segment routine_table, rw, hold

; The stacks have room in front and behind, so that a trap tells which end was left.
        .segment stacks, rw
        .space 4096
data_stack:
        .space data_items * cell
between_stacks:
        .space 4096
return_stack:
        .space return_items * cell
behind_stacks:
        .space 4096

        .segment own, rw
own_notes:
        .space sizeof(note)

        .text

; Fills the registers that keep their meaning.
;   takes c2: the console
        .proc prepare
        registers
        .clobbers r1
        cmov  console, c2
        la    space, dataspace
        cseek space, space, sizeof(word)
        cbound space, space, space_size - sizeof(word)
        cseek space, space, 0           ; so that an offset in the segment is an offset from the cursor
        la    notes, own
        la    routines, routine_table
        cperm routines, routines, permission.read | permission.load_capability
        li    r1, 10
        st    r1, [space + system.base]
        li    r1, offset(xt.halt)
        st    r1, [space + system.launch + cell]
        li    r1, offset(xt.uncatch)
        st    r1, [space + system.trial + cell]
        li    r1, offset(xt.exit)
        st    r1, [space + system.detour + cell]
        li    r1, offset(last_word)
        st    r1, [notes + note.latest]
        ret
        .endproc

; Makes both stacks empty.
        .proc empty_stacks
        registers
        la    data, data_stack
        cadd  data, data, data_items * cell
        la    returns, return_stack
        cadd  returns, returns, return_items * cell
        ret
        .endproc
