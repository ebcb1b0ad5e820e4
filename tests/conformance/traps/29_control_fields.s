; Control fields read as they were written; the clock, the lines that are up and the place of the
; descriptors cannot be written.
; conformance 29 30
; given input open
; trap illegal through pc at place+0 ring 0 execute 8
; trap illegal through pc at place+8 ring 0 execute 8
; trap illegal through pc at place+16 ring 0 execute 8
; trap illegal through pc at place+24 ring 0 execute 8
; r5 = 0x123456789abcdef0
; r6 = 0xfffffffffffffff1
; r7 = 0xfff2
; r8 = 1
; r9 = 0x1000
; r10 = 0xfffffffffffffff1
; r11 = 0
; r12 = 3

        .include "../include/start.s"
        .segment kernel
main:   li      r1, 0x123456789abcdef0
        setctl  timer, r1
        getctl  r5, timer
        li      r1, 0xfffffffffffffff1
        setctl  pending, r1
        getctl  r6, pending
        li      r1, 0xfff2
        setctl  lines, r1
        getctl  r7, lines
        li      r1, 77
        setctl  masked, r1
        getctl  r8, masked
        getctl  r9, descriptor_base
        getctl  r10, up
        setctl  pending, r0
        getctl  r11, up
        li      r1, 3
        setctl  write3, r1
        getctl  r12, write3
place:  setctl  clock, r1
        setctl  up, r1
        setctl  descriptor_base, r1
        setctl  descriptor_count, r1
        trap    done
