# sum.s
bogus
brek
break nowhere
break sum.s:1
step many
back 5
level 1
watch
where now
x table 5000
delete 3
reverse-continue
watch tag 0x5000:0
why
help back
