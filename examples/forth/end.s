; The end of the dictionary as it is when the program begins: behind the words of the other files stands the text
; of those that are written in Forth.

        .segment dataspace
prelude:
        .incbin "prelude.fs"
        .align cell
end_of_dictionary:

        .equ  last_word, xt.bye
        .assert last_word + sizeof(word) == prelude, "the chain of words begins with the last one"
