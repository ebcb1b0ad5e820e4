; Names that the files of a hypervisor share.
;
; A hypervisor has the machine from the first instruction on and runs in ring 0, or it is a program in ring 4 of a
; supervisor, which says so by defining SUPERVISED. Nothing else in it depends on that.

        .if     defined(SUPERVISED)
        .equ    RING, 4
        .else
        .equ    RING, 0
        .endif

        .equ    PAGE, 4096

; The high word of a capability: what it may do, the end of what it reaches, and the beginning.

        .equ    reads, permission.read << 56
        .equ    writes, permission.write << 56
        .equ    executes, permission.execute << 56
        .equ    holds, (permission.load_capability | permission.store_capability | permission.load_mutable) << 56
        .equ    limit_shift, 28
        .equ    everything, ((1 << 28) - 1) << limit_shift

; The low word: the cursor, and from these bits on the segment, the ring and the generation.

        .equ    segment_shift, 32
        .equ    ring_shift, 48
        .equ    generation_shift, 51

; A descriptor, and what an image in the ELF format has at its beginning and for each of its parts.

        .struct entry
base:   .dword
length: .word
        .space  4
rights: .word
generation: .byte
        .space  11
        .endstruct

        .struct elf
        .space  24
start:  .dword                          ; where the program begins
headers: .dword                         ; where the list of parts is
        .space  14
header_size: .half
header_count: .half
        .endstruct

        .struct part
        .space  8
offset: .dword                          ; where its bytes are in the file
address: .dword                         ; segment << 32, as the program sees it
real:   .dword                          ; where they belong in memory
in_file: .dword                         ; how many there are
in_memory: .dword                       ;   and how many the part has; the others are zero
        .endstruct

; What a hypervisor has in its hands, in each of its procedures.

        .macro  hosting
        .alias  window: c8              ; the guest's memory
        .alias  record: c9              ; our own reset record
        .alias  block: c10              ; the guest, to us
        .alias  devices: c11            ; our devices, in the guest's slots
        .endm

        .segment guest_block, rw, length(PAGE)

        .segment guest_devices, rw, hold
        .cap    console
        .cap    power
        .cap    date
        .cap    entropy
        .cap    block
        .cap    device5
        .cap    device6
        .cap    device7
        .cap    device8
        .cap    device9
        .cap    device10
        .cap    device11
        .cap    device12
        .cap    device13
        .cap    device14
        .cap    device15
