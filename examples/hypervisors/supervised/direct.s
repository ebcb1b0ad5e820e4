; direct.s as a program of a supervisor, in ring 4.

        .equ    SUPERVISED, 1
        .include "../direct.s"
