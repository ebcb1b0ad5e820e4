main:   ret
        .assert 1 == 2
        .assert end - start == 4, "a row has four bytes"
        .assert lost
        .assert 1, 2
        .assert start
        .assert
        .data
start:  .byte 1, 2, 3
end:
