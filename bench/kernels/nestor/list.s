; Walks a list of 1024 nodes that lie in another order than they are linked, r1 times.

        .equ    count, 1024
        .equ    stride, 409

        .struct node
next:   .cap
value:  .dword
        .endstruct

        .data
        .align  16
nodes:  .space  count * sizeof(node)

        .text
        .proc   kernel, sum: r1, rounds: r2, i: r3, place: r4, value: r5, all: c1, node: c2, following: c3, last: r6
        .clobbers r2, r3, r4, r5, r6, c2, c3
        mov     rounds, r1
        la      all, nodes
        li      last, count
        li      sum, 0
        li      i, 0
        li      place, 0
        cmov    node, all
bind:   mul     value, i, i
        st      value, [node + node.value]
        add     i, i, 1
        beq     i, last, linked
        add     place, place, stride
        and     place, place, count - 1
        shl     value, place, 5
        cadd    following, all, value
        stc     following, [node + node.next]
        cmov    node, following
        j       bind
linked: stc     c0, [node + node.next]
        beqz    rounds, done
again:  cmov    node, all
walk:   ld      value, [node + node.value]
        ldc     node, [node + node.next]
        add     sum, sum, value
        cget    value, node, address
        bnez    value, walk
        and     place, sum, count - 1
        shl     place, place, 5
        st      sum, [all + place + node.value]
        sub     rounds, rounds, 1
        bnez    rounds, again
done:   ret
        .endproc
