        .data
main:   .dword 1
