; Forth: an interpreter and compiler, to be used at a terminal or with a file of input.
;
;     nestor run examples/forth/main.s
;
; The parts are below in the order in which a reader wants them. Words that can be written in Forth itself
; are in prelude.fs, which is read when the program begins.

        .include "language.s"
        .include "memory.s"
        .include "guard.s"
        .include "inner.s"
        .include "errors.s"
        .include "stack.s"
        .include "arithmetic.s"
        .include "data.s"
        .include "console.s"
        .include "numbers.s"
        .include "input.s"
        .include "dictionary.s"
        .include "compiler.s"
        .include "control.s"
        .include "strings.s"
        .include "tools.s"
        .include "outer.s"
        .include "end.s"
