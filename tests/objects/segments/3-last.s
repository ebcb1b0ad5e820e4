        .segment late, rw
        .dword  main
        .space  5
        .segment words
        .cap    second
        .cap    first, 2, r
        .cap    console
