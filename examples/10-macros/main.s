; A walk through a house and what is around it. The map is written in a small language of its own,
; which the macros at the top define. Each line that is read names a way to go.

; --- What the program finds in memory: a place, and behind it its doors ---

        .struct place
words:  .cap                            ; what one sees there
        .endstruct

        .struct door
to:     .cap                            ; the place behind it
way:    .dword                          ; one of the ways
        .endstruct

        .enum ways
        north
        south
        east
        west
        up
        down
        count                           ; so many ways there are; also: no way at all
        .endenum

; --- The language ---

; A text: its bytes lie among the other texts, and a capability to them stands here.
        .macro text words, end = "\n"
        .rodata
bytes:  .ascii \words, \end
        .data
        .cap  bytes
        .endm

; A place, with its name and what one sees there.
        .macro room name, words
\name:  text  \words
        .endm

; The doors of the place above: pairs of a way and the place to which it leads.
        .macro doors way, place, rest...
        .cap  \place
        .dword ways.\way, 0
        .if   \# > 2
        doors \rest
        .endif
        .endm

; In a procedure: prints a text.
        .macro say console, words, end = "\n"
        .rodata
bytes:  .ascii \words, \end
        .text
        la    c1, bytes
        cmov  c2, \console
        call  print
        .endm

; The way that a letter stands for, as a byte.
        .macro way letter
        .if   \letter == 'n'
        .byte ways.north
        .elseif \letter == 's'
        .byte ways.south
        .elseif \letter == 'e'
        .byte ways.east
        .elseif \letter == 'w'
        .byte ways.west
        .elseif \letter == 'u'
        .byte ways.up
        .elseif \letter == 'd'
        .byte ways.down
        .else
        .byte ways.count
        .endif
        .endm

; --- A map, in the language ---

        .data
        room  garden, "You stand in a garden. North of you is a house, and east of you a wood."
        doors north, kitchen, east, wood

        room  kitchen, "This is the kitchen. A stair leads up, another one down, and a door south."
        doors south, garden, up, attic, down, cellar

        room  attic, "Under the roof lie old newspapers. From the window you see a lake in the east."
        doors down, kitchen

        room  cellar, "It is dark here and smells of apples. A low passage leads east."
        doors up, kitchen, east, shore

        room  wood, "There are trees on every side. Something glitters in the north."
        doors west, garden, north, shore, east, wood, south, wood

        room  shore, "This is the lake, and a boat lies ready. Here the walk ends."

; --- Tables that the assembler works out ---

names:  text  "north", ""               ; in the order of the ways
        text  "south", ""
        text  "east", ""
        text  "west", ""
        text  "up", ""
        text  "down", ""

        .rodata
letters:
        .repeat 26, i                   ; a byte for each letter
        way   'a' + \i
        .endr

        .assert length(names) == 16 * ways.count, "each way needs a name"

; --- The program: it knows the language, and nothing of the map but where one begins ---

        .text

        .proc main
        .alias console: c8
        .alias here: c9
        .alias way: r16
        .save  c8, c9, r16
        enter
        cmov  console, c2
        la    here, garden
        call  look
        .while r1 > 0                   ; a place without doors is the end
        cmov  c1, console
        call  read_way
        mov   way, r1
        .if   way < 0                   ; there is nothing more to read
        .break
        .elseif way == ways.count
        say   console, "You can go north, south, east, west, up or down. The first letter will do."
        li    r1, 1
        .continue
        .endif
        cmov  c1, here
        call  through
        cget  r1, c1, tag
        .if   r1 == 0
        say   console, "There is no way ", ""
        .else
        cmov  here, c1
        say   console, "You go ", ""
        .endif
        la    c1, names
        ldc   c1, [c1 + way << 4]
        cmov  c2, console
        call  print
        say   console, "."
        call  look
        .endw
        li    r1, 0
        return
        .endproc

; Says where one is.
;   takes c9: the place; c8: the console
;   gives r1: how many doors there are
        .proc look
        enter
        ldc   c1, [c9 + place.words]
        cmov  c2, c8
        call  print
        cget  r1, c9, length
        sub   r1, r1, sizeof(place)
        div   r1, r1, sizeof(door)
        return
        .endproc

; Goes through a door.
;   takes c1: a place; r1: the way
;   gives c1: the place to which it leads; null if none does
        .proc through, here: c1, wanted: r1
        .alias at: r2                   ; where in the place the next door stands
        .alias end: r3
        li    at, sizeof(place)
        cget  end, here, length
        .while at < end
        ld    r4, [here + at + door.way]
        .if   r4 == wanted
        ldc   c1, [here + at + door.to]
        ret
        .endif
        add   at, at, sizeof(door)
        .endw
        cmov  c1, c0
        ret
        .endproc

; Reads a line, of which only the first letter counts.
;   takes c1: the console
;   gives r1: the way; ways.count if it is none; -1 at the end of input
        .proc read_way, console: c1
        .local byte, 1
        .alias answer: r1
        enter
        li    answer, -1
        cadd  c2, sp, byte
        .while 1
        li    r2, 1
        io    r2, console, c2, read
        .if   r2 != 1
        .break
        .endif
        ldb   r3, [c2]
        .if   answer < 0                ; the first one
        li    answer, ways.count
        sub   r4, r3, 'a'
        .if   unsigned(r4 < 26)
        la    c3, letters
        ldb   answer, [c3 + r4]
        .endif
        .endif
        .if   r3 == '\n'
        .break
        .endif
        .endw
        return
        .endproc

; Prints a text, all of it.
;   takes c1: the text; c2: the console
        .proc print, text: c1, console: c2
        cget  r1, text, length
        io    r1, console, text, write
        ret
        .endproc
