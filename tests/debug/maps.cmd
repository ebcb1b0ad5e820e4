# sum.s
until main
segs
rings
map table
map 0x10:0
map 0x500:0
levels
