# sum.s
break table
until table+8
break 0x111:0
watch table
