; A program counter that lost its tag is refused, though a tagged one with the same bits has just run.
; conformance found
; given memory 221184
; given steps 1163
; given disk 2
; given input "some input"
; traps 7
; ends trap tag through pc at #0x23+0xe18 ring 0 execute 0x8
; undelivered tag through c15 at -608 ring 0 write 0x260

        .segment boot, rx, system, rings(0, 0, 0), number(0x20)
        .entry  start
start:
        add r1, r0, 24576
        seth r1, r1, 33
        add r0, r0, 0
        seth r2, r2, 50344448
        mint c1, r1, r2
        add r0, r0, 0
        add r0, r0, 0
        add r0, r0, 0
        add r0, r0, 0
        mint c2, r1, r2
        setprocess c1, c2
        add r1, r0, 36864
        seth r1, r1, 33
        add r0, r0, 0
        add r0, r0, 0
        mint c1, r1, r2
        add r1, r0, 0
        seth r1, r1, 272
        add r0, r0, 0
        seth r2, r2, 989868544
        mint c2, r1, r2
        add r0, r0, 0
        add r0, r0, 0
        bgeu r4, r5, $ + 56
        add r0, r0, 0
        add r0, r0, 0
        add r0, r0, 0
        add r0, r0, 0
        add r0, r0, 0
        add r0, r0, 0
        add r0, r0, 0
        seth r1, r1, 34
        setctl entry, r1
        add r0, r0, 0
        add r0, r0, 0
        add r0, r0, 0

        .segment world, rw, system, rings(0, 0, 0), number(0x21)

; descriptors, at 0x0 of the world
        .space  1024
        .dword  0x3000, 0x1000, 0xb
        .space  8
        .dword  0x4000, 0x32000, 0x17
        .space  8
        .dword  0x12000, 0x108000000001ff0, 0xb
        .space  8
        .dword  0x14000, 0x108000300002000, 0x1400b
        .space  56
        .dword  0x1f80b
        .space  8
        .dword  0x22000, 0x2000, 0x17
        .space  11048

; descriptors_b, at 0x3000 of the world
        .space  12288

; blocks, at 0x6000 of the world
        .dword  0x4000, 0x11e, 0x10000, 0xb7
        .dword  0xffffffffffffffff, 0xffffffffffffffff, 0xffffffffffffffff, 0xffffffffffffffff
        .dword  0xffffffffffffffff, 0xffffffffffffffff, 0xffffffffffffffff, 0xffffffffffffffff
        .dword  0x2600001d60, 0x3b00020000000000, 0x1010100000a20, 0x3b00010000000000
        .space  3968

; contexts, at 0x7000 of the world
        .dword  0x2002400000878, 0x500020000000000, 0x1fff6
        .space  1000
        .dword  0x23000005d8, 0x500020000000000, 0x1fffe
        .space  488
        .dword  0x204011d00000360, 0x2d00030000000000, 0x2600001fc0, 0x3b00020000000000
        .space  480
        .dword  0x1002500000678, 0x50001ff00000000, 0x1fffe
        .space  1000
        .dword  0x7011400000e90, 0x50001fe80000000, 0x1fffe
        .space  1000
        .dword  0x4011100001158, 0x50001fe80000000, 0x1effe
        .space  1000
        .dword  0x4002500000150, 0x50001ff00000000, 0x1fffe
        .space  1000
        .dword  0x2300000e18, 0x500020000000000, 0xf82cc0c755ac42a0
        .space  2024

; tags, at 0x9000 of the world
        .space  8192

; pages_a, at 0xb000 of the world
        .space  4096

; pages_b, at 0xc000 of the world
        .space  4096

; pages_c, at 0xd000 of the world
        .space  4096

; handler, at 0xe000 of the world
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x6c0000000210 ; add r2, r0, 27648
        .dword  0x210002022e ; seth r2, r2, 33
        .dword  0x10 ; add r0, r0, 0
        .dword  0x30032000003032e ; seth r3, r3, 50344448
        .dword  0x3020181 ; mint c1, r2, r3
        .dword  0x10456 ; ld r4, [c1]
        .dword  0x100040510 ; add r5, r4, 1
        .dword  0x1055b ; st r5, [c1]
        .dword  0x10 ; add r0, r0, 0
        .dword  0x40000040412 ; mul r4, r4, 1024
        .dword  0x700000000210 ; add r2, r0, 28672
        .dword  0x210002022e ; seth r2, r2, 33
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x3020281 ; mint c2, r2, r3
        .dword  0x4020271 ; cadd c2, c2, r4
        .dword  0xf0370 ; cmov c3, c15
        .dword  0x22000000510 ; add r5, r0, 544
        .dword  0x5020388 ; copy c3, c2, r5
        .dword  0xd7 ; resume
        .space  7560

; kernel, at 0x10000 of the world
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .space  1472
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .space  48
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .space  2056
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .space  1640
        .dword  0x10 ; add r0, r0, 0
        .space  1296
        .dword  0x10 ; add r0, r0, 0
        .space  1288

; service, at 0x12000 of the world
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .space  80
        .dword  0x10 ; add r0, r0, 0
        .space  2040
        .dword  0x10 ; add r0, r0, 0
        .space  8
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .space  1264
        .dword  0x10 ; add r0, r0, 0
        .space  4704

; shared, at 0x14000 of the world
        .space  1504
        .dword  0x10 ; add r0, r0, 0
        .space  1232
        .dword  0x10 ; add r0, r0, 0
        .space  1128
        .dword  0x10 ; add r0, r0, 0
        .space  248
        .dword  0x10 ; add r0, r0, 0
        .space  1944
        .dword  0x10 ; add r0, r0, 0
        .space  1744
        .dword  0x10 ; add r0, r0, 0
        .space  344

; text, at 0x16000 of the world
        .space  1608
        .dword  0x10 ; add r0, r0, 0
        .space  712
        .dword  0x10 ; add r0, r0, 0
        .space  5240
        .dword  0x10 ; add r0, r0, 0
        .space  608

; text_b, at 0x18000 of the world
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .space  816
        .dword  0x10 ; add r0, r0, 0
        .space  1056
        .dword  0x10 ; add r0, r0, 0
        .space  6288

; text_c, at 0x1a000 of the world
        .dword  0x10 ; add r0, r0, 0
        .dword  0x10 ; add r0, r0, 0
        .space  6256
        .dword  0x10 ; add r0, r0, 0
        .space  1912

; text_d, at 0x1c000 of the world
        .space  3960
        .dword  0x10 ; add r0, r0, 0
        .space  112
        .dword  0x10 ; add r0, r0, 0
        .space  2016
        .dword  0x10 ; add r0, r0, 0
        .space  2080

; stack, at 0x1e000 of the world
        .space  8192

; stack_1, at 0x20000 of the world
        .space  4096

; stack_2, at 0x21000 of the world
        .space  4096

; stack_4, at 0x22000 of the world
        .space  4096

; stack_5, at 0x23000 of the world
        .space  4096

; stack_7, at 0x24000 of the world
        .space  4096

; linkage, at 0x25000 of the world
        .space  4096

; data_277, at 0x26000 of the world
        .space  8192

; data_278, at 0x28000 of the world
        .space  8192

; data_279, at 0x2a000 of the world
        .space  8192

; data_280, at 0x2c000 of the world
        .space  4096

; data_281, at 0x2d000 of the world
        .space  4096

; data_282, at 0x2e000 of the world
        .space  4096

; data_39, at 0x2f000 of the world
        .space  4096

; data_40, at 0x30000 of the world
        .space  8192
