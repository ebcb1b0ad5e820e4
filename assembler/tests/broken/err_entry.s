        .entry start
        .entry other
        .text
start:  ret
other:  ret
