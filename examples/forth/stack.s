; Words for the two stacks. The comment of each shows the items before and after, the top one last.

; dup ( x -- x x )
        code  dup, "dup"
        ld    r1, [data]
        push  r1
        endcode

; ?dup ( x -- x x | 0 )
        code  maybe_dup, "?dup"
        ld    r1, [data]
        .if   r1 != 0
        push  r1
        .endif
        endcode

; drop ( x -- )
        code  drop, "drop"
        pop   r1
        endcode

; swap ( x y -- y x )
        code  swap, "swap"
        ld    r1, [data]
        ld    r2, [data + cell]
        st    r1, [data + cell]
        st    r2, [data]
        endcode

; over ( x y -- x y x )
        code  over, "over"
        ld    r1, [data + cell]
        push  r1
        endcode

; nip ( x y -- y )
        code  nip, "nip"
        pop   r1
        st    r1, [data]
        endcode

; tuck ( x y -- y x y )
        code  tuck, "tuck"
        ld    r1, [data]
        ld    r2, [data + cell]
        st    r1, [data + cell]
        st    r2, [data]
        push  r1
        endcode

; rot ( x y z -- y z x )
        code  rot, "rot"
        ld    r1, [data]
        ld    r2, [data + cell]
        ld    r3, [data + 2 * cell]
        st    r2, [data + 2 * cell]
        st    r1, [data + cell]
        st    r3, [data]
        endcode

; -rot ( x y z -- z x y )
        code  back_rot, "-rot"
        ld    r1, [data]
        ld    r2, [data + cell]
        ld    r3, [data + 2 * cell]
        st    r1, [data + 2 * cell]
        st    r3, [data + cell]
        st    r2, [data]
        endcode

; pick ( xn ... x0 n -- xn ... x0 xn )
        code  pick, "pick"
        ld    r1, [data]
        add   r1, r1, 1
        ld    r2, [data + r1 << 3]
        st    r2, [data]
        endcode

; 2dup ( x y -- x y x y )
        code  two_dup, "2dup"
        ld    r1, [data + cell]
        ld    r2, [data]
        push  r1
        push  r2
        endcode

; 2drop ( x y -- )
        code  two_drop, "2drop"
        ld    r1, [data + cell]         ; a trap if there are no two
        cadd  data, data, 2 * cell
        endcode

; 2swap ( a b c d -- c d a b )
        code  two_swap, "2swap"
        ld    r1, [data]
        ld    r2, [data + cell]
        ld    r3, [data + 2 * cell]
        ld    r4, [data + 3 * cell]
        st    r2, [data + 3 * cell]
        st    r1, [data + 2 * cell]
        st    r4, [data + cell]
        st    r3, [data]
        endcode

; 2over ( a b c d -- a b c d a b )
        code  two_over, "2over"
        ld    r1, [data + 3 * cell]
        ld    r2, [data + 2 * cell]
        push  r1
        push  r2
        endcode

; depth ( -- n )
        code  depth, "depth"
        enter
        call  depth_of_data
        push  r1
        return
        .endproc

; How many items are on the data stack.
;   gives r1: how many
        .proc depth_of_data
        registers
        cget  r1, data, limit
        cget  r2, data, cursor
        sub   r1, r1, r2
        shr   r1, r1, 3
        ret
        .endproc

; --- The return stack ---

; >r ( x -- ) and there ( -- x )
        code  to_r, ">r", flag.inside
        pop   r1
        rpush r1
        endcode

; r> ( -- x ) and there ( x -- )
        code  r_from, "r>", flag.inside
        rpop  r1
        push  r1
        endcode

; r@ ( -- x ) and there ( x -- x )
        code  r_fetch, "r@", flag.inside
        ld    r1, [returns]
        push  r1
        endcode

; 2>r ( x y -- ) and there ( -- x y )
        code  two_to_r, "2>r", flag.inside
        ld    r1, [data + cell]
        ld    r2, [data]
        rpush r1
        rpush r2
        cadd  data, data, 2 * cell
        endcode

; 2r> ( -- x y ) and there ( x y -- )
        code  two_r_from, "2r>", flag.inside
        ld    r1, [returns + cell]
        ld    r2, [returns]
        push  r1
        push  r2
        cadd  returns, returns, 2 * cell
        endcode
