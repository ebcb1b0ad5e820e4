        .text
start:  ret
