; What is loaded through a capability without load-mutable has lost the rights to write, to store
; and to load mutable.
; conformance 15
; trap permission through c2 at object+0 ring 4 write 8
; trap permission through c2 at object+0 ring 4 store_capability 16
; c2 = data[0x10..0x30] rl ring 4 cursor 0x10
; c3 = data[0x10..0x30] rwlsm ring 4 cursor 0x10
; memory object = 32 of ee

        .include "../include/start.s"
        .data
root:   .space  16
object: .space  32, 0xee

        .text
main:   la      c1, root
        la      c4, object
        stc     c4, [c1]
        cperm   c5, c1, ~permission.load_mutable
        ldc     c2, [c5]
        st      r0, [c2]
        stc     c1, [c2]
        ldc     c3, [c1]                ; the same with the right to load mutable
        trap    done
